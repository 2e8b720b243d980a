import { Controller, Get, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../libs/errors/index.js';
import { Turns } from '../../libs/pace/index.js';
import type { Page } from '../../libs/paging/index.js';
import { pageQuery } from '../http/paging.js';
import { CurrentAuth } from '../auth/current-auth.js';
import type { RequestAuth } from '../http/request-auth.js';
import { MessageSearch, type SearchHit, type Snippet } from './message-search.js';

const searchQuery = z.strictObject({ ...pageQuery, q: z.string().min(1).max(500) });

const NOTHING: Page<SearchHit> = { items: [], nextCursor: null };

interface SearchHitView {
  message: { id: string; conversationId: string; role: 'user' | 'assistant'; createdAt: string };
  title: string;
  snippet: Snippet;
}

function hitView({ message, title, snippet }: SearchHit): SearchHitView {
  const { id, conversationId, role, createdAt } = message;
  return { message: { id, conversationId, role, createdAt: createdAt.toISOString() }, title, snippet };
}

/** Searches of one person, under way and waiting: whoever types asks again with each letter. */
const MOST_SEARCHES = 10;

@Controller('api/search')
export class SearchController {
  /** One search of a person at a time: it may be long work. */
  private readonly turns = new Turns(
    MOST_SEARCHES,
    () =>
      new AppError('too_many_concurrent', 429, `You already have ${MOST_SEARCHES} searches waiting or running.`, {
        retryAfterSeconds: 1,
      }),
  );

  constructor(private readonly messageSearch: MessageSearch) {}

  @Get()
  async search(
    @Query({ schema: searchQuery }) { q, ...page }: z.infer<typeof searchQuery>,
    @CurrentAuth() { userId }: RequestAuth,
    @Req() { raw: { socket } }: FastifyRequest,
  ): Promise<Page<SearchHitView>> {
    const { items, nextCursor } = await this.turns.take(userId, async () =>
      // Whoever has typed on meanwhile has closed the connection.
      socket.destroyed ? NOTHING : this.messageSearch.search(userId, q, page),
    );
    return { items: items.map(hitView), nextCursor };
  }
}
