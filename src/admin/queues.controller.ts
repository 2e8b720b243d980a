import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentAuth } from '../auth/api/current-auth.js';
import { Roles } from '../auth/api/roles.guard.js';
import type { RequestAuth } from '../http/request-auth.js';
import { QueueCookie } from './queue-cookie.service.js';
import { PeopleOnly } from '../http/route.js';

@PeopleOnly()
@Controller('api/admin/queues')
@Roles('admin')
export class QueuesController {
  constructor(private readonly cookie: QueueCookie) {}

  /** Opens /admin/queues to this browser for a quarter of an hour. */
  @Post('session')
  @HttpCode(204)
  open(
    @CurrentAuth() auth: RequestAuth,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    this.cookie.set(request, reply, auth);
  }
}
