import type { FastifyReply } from 'fastify';
import { AppError } from '../../../libs/errors/index.js';

/** 401, with the challenge that RFC 9110 §11.6.1 wants. */
export function unauthenticated(reply: FastifyReply): AppError {
  reply.header('WWW-Authenticate', 'Bearer');
  return new AppError('unauthenticated', 401, 'Please log in.');
}
