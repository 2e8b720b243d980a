import { Controller, Delete, HttpCode, Req, Res } from '@nestjs/common';
import { Body, PeopleOnly } from '../http/route.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientOf } from '../auth/accounts/client.js';
import { Credentials } from '../auth/accounts/credentials.service.js';
import { CurrentAuth } from '../auth/api/current-auth.js';
import { RefreshCookie } from '../auth/accounts/refresh-cookie.service.js';
import { SecurityEvents } from '../auth/accounts/security-events.service.js';
import { accountDeletion, type AccountDeletion as DeletionBody } from '../contract/user.js';
import type { RequestAuth } from '../http/request-auth.js';
import { AccountDeletion } from './account-deletion.service.js';

@PeopleOnly()
@Controller('api/user')
export class AccountController {
  constructor(
    private readonly credentials: Credentials,
    private readonly deletion: AccountDeletion,
    private readonly cookie: RefreshCookie,
    private readonly events: SecurityEvents,
  ) {}

  /** Answers when everything is gone. */
  @Delete()
  @HttpCode(204)
  async delete(
    @CurrentAuth() auth: RequestAuth,
    @Body({ schema: accountDeletion }) { password }: DeletionBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.events.noting({ action: 'delete', account: auth.userId, address: request.ip }, async () => {
      await this.credentials.checkUser(auth.userId, password, clientOf(request, reply));
      await this.deletion.begin(auth.userId);
    });
    await this.deletion.finish(auth.userId);
    this.cookie.clear(request, reply);
  }
}
