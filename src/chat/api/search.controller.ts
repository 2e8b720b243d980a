import { Controller, Get, Headers, Req } from '@nestjs/common';
import { Query } from '../../http/route.js';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../../libs/errors/index.js';
import { Turns } from '../../../libs/async/index.js';
import type { Page } from '../../../libs/paging/index.js';
import { HitPage, searchQuery, type SearchQuery } from '../../contract/search.js';
import { CurrentAuth } from '../../auth/api/current-auth.js';
import { Answers } from '../../http/described.js';
import type { RequestAuth } from '../../http/request-auth.js';
import { type HitView, SearchBoth } from './search-both.js';

const NOTHING: Page<HitView> = { items: [], nextCursor: null };

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
        params: { of: 'searches', maximum: MOST_SEARCHES },
      }),
  );

  constructor(private readonly both: SearchBoth) {}

  @Get()
  @Answers(HitPage)
  search(
    @Query({ schema: searchQuery }) { q, in: where, ...page }: SearchQuery,
    @CurrentAuth() { userId }: RequestAuth,
    @Headers('sec-fetch-site') site: string | undefined,
    @Req() { raw: { socket } }: FastifyRequest,
  ): Promise<Page<HitView>> {
    // Our own page always says where. One of the build before, still open in a browser, knows hits of messages only.
    const wanted = where ?? (site === 'same-origin' ? 'messages' : undefined);
    return this.turns.take(userId, async () =>
      // Whoever has typed on meanwhile has closed the connection.
      socket.destroyed ? NOTHING : this.both.search(userId, q, page, wanted),
    );
  }
}
