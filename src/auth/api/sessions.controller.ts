import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { PeopleOnly, Query } from '../../http/route.js';
import { AppError } from '../../../libs/errors/index.js';
import { decodeCursor, type Page, type PageRequest, toPage } from '../../../libs/paging/index.js';
import { pageQuery } from '../../contract/page.js';
import { type Session, SessionPage } from '../../contract/user.js';
import { Answers } from '../../http/described.js';
import type { RequestAuth } from '../../http/request-auth.js';
import { CurrentAuth } from './current-auth.js';
import { Sessions } from '../accounts/sessions.service.js';

@PeopleOnly()
@Controller('api/auth/sessions')
export class SessionsController {
  constructor(private readonly sessions: Sessions) {}

  /** The caller's log-ins, newest first. */
  @Get()
  @Answers(SessionPage)
  async list(
    @CurrentAuth() auth: RequestAuth,
    @Query({ schema: pageQuery }) query: PageRequest,
  ): Promise<Page<Session>> {
    const before = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ['number', 'string']);
    const rows = (await this.sessions.list(auth.userId))
      .filter(({ id, createdAt }) => !before || +createdAt < before[0] || (+createdAt === before[0] && id < before[1]))
      .slice(0, query.limit + 1);
    const { items, nextCursor } = toPage(rows, query.limit, (last) => [+last.createdAt, last.id]);
    return {
      items: items.map(({ id, createdAt, lastUsedAt, address, userAgent }) => ({
        id,
        createdAt: createdAt.toISOString(),
        lastUsedAt: lastUsedAt.toISOString(),
        address,
        userAgent,
        current: id === auth.sessionId,
      })),
      nextCursor,
    };
  }

  /** Ends one log-in, everywhere at once. */
  @Delete(':id')
  @HttpCode(204)
  async revoke(@CurrentAuth() auth: RequestAuth, @Param('id') id: string): Promise<void> {
    if (await this.sessions.revoke(id, auth.userId)) return;
    throw new AppError('session_unknown', 404, 'There is no such session.');
  }
}
