import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../../libs/errors/index.js';

/** Whether the route that was found stands under /api. Not by the raw URL: `/%61pi` finds the same route. */
export function isApiRoute(request: FastifyRequest): boolean {
  return request.routeOptions.url?.startsWith('/api/') ?? false;
}

/** Whether the request asks a model. */
export function isAskRoute(request: FastifyRequest): boolean {
  return request.routeOptions.url?.startsWith('/api/ask/') ?? false;
}

/** 401, with the challenge that RFC 9110 §11.6.1 wants. */
export function unauthenticated(reply: FastifyReply): AppError {
  reply.header('WWW-Authenticate', 'Bearer');
  return new AppError('unauthenticated', 401, 'Please log in.');
}
