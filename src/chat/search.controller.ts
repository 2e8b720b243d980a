import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { pageQuery } from '../http/paging.js';
import type { Page } from '../../libs/paging/index.js';
import { CurrentAuth } from '../auth/current-auth.js';
import type { RequestAuth } from '../http/request-auth.js';
import { MessageSearch, type SearchHit, type Snippet } from './message-search.js';

const searchQuery = z.strictObject({ ...pageQuery, q: z.string().min(1).max(500) });

interface SearchHitView {
  message: { id: string; conversationId: string; role: 'user' | 'assistant'; createdAt: string };
  title: string;
  snippet: Snippet;
}

function hitView({ message, title, snippet }: SearchHit): SearchHitView {
  const { id, conversationId, role, createdAt } = message;
  return { message: { id, conversationId, role, createdAt: createdAt.toISOString() }, title, snippet };
}

@Controller('api/search')
export class SearchController {
  constructor(private readonly messageSearch: MessageSearch) {}

  @Get()
  async search(
    @Query({ schema: searchQuery }) { q, ...page }: z.infer<typeof searchQuery>,
    @CurrentAuth() { userId }: RequestAuth,
  ): Promise<Page<SearchHitView>> {
    const { items, nextCursor } = await this.messageSearch.search(userId, q, page);
    return { items: items.map(hitView), nextCursor };
  }
}
