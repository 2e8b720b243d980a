import type { FastifyReply } from 'fastify';
import { AppError, isCode } from '../../../libs/errors/index.js';

/** 401, with the challenge that RFC 9110 §11.6.1 wants. */
export function unauthenticated(reply: FastifyReply): AppError {
  return challenged(reply, new AppError('unauthenticated', 401, 'Please log in.'));
}

/** Adds it where this is such a refusal. */
export function challenged<E>(reply: FastifyReply, error: E): E {
  if (isCode(error, 'unauthenticated')) reply.header('WWW-Authenticate', 'Bearer');
  return error;
}
