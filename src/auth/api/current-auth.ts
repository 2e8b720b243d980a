import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RequestAuth } from '../../http/request-auth.js';
import { unauthenticated } from './unauthenticated.js';

/** The caller, as a parameter of a route that needs a session. */
export const CurrentAuth = createParamDecorator((_: unknown, context: ExecutionContext): RequestAuth => {
  const http = context.switchToHttp();
  const { auth } = http.getRequest<FastifyRequest>();
  if (!auth) throw unauthenticated(http.getResponse<FastifyReply>());
  return auth;
});
