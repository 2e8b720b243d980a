import { Controller, Get, Headers, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Page } from '../../../libs/paging/index.js';
import { CurrentAuth } from '../../auth/api/current-auth.js';
import { HitPage, searchQuery, type SearchQuery } from '../../contract/search.js';
import { Answers } from '../../http/described.js';
import type { RequestAuth } from '../../http/request-auth.js';
import { Query } from '../../http/route.js';
import { type Hit, SearchService } from './search.service.js';

@Controller('api/search')
export class SearchController {
  constructor(private readonly service: SearchService) {}

  @Get()
  @Answers(HitPage)
  search(
    @Query({ schema: searchQuery }) { q, in: where, ...page }: SearchQuery,
    @CurrentAuth() { userId }: RequestAuth,
    @Headers('sec-fetch-site') site: string | undefined,
    @Req() { raw: { socket } }: FastifyRequest,
  ): Promise<Page<Hit>> {
    return this.service.search(userId, {
      query: q,
      // Our own page always says where. One of the build before, still open in a browser, knows hits of messages only.
      where: where ?? (site === 'same-origin' ? 'messages' : undefined),
      page,
      // Whoever has typed on meanwhile has closed the connection.
      isGone: () => socket.destroyed,
    });
  }
}
