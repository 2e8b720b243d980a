import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../config/config.js';
import { refusalByStatus } from '../http/problem.js';

/** Whatever the operator chose, spaces too. */
const BEARER = /^Bearer +(.+)$/i;

/** Lets pass who shows METRICS_TOKEN. Where there is none set, there is nothing here: 404. */
@Injectable()
export class MetricsGuard implements CanActivate {
  private readonly expected: Buffer | undefined;

  constructor({ METRICS_TOKEN }: Config) {
    this.expected = METRICS_TOKEN === undefined ? undefined : hash(METRICS_TOKEN);
  }

  canActivate(context: ExecutionContext): boolean {
    if (!this.expected) throw refusalByStatus(404);
    const http = context.switchToHttp();
    const { authorization = '' } = http.getRequest<FastifyRequest>().headers;
    const token = BEARER.exec(authorization)?.[1];
    if (token !== undefined && timingSafeEqual(hash(token), this.expected)) return true;
    http.getResponse<FastifyReply>().header('WWW-Authenticate', 'Bearer');
    throw refusalByStatus(401);
  }
}

/** Hashes are of one length, whatever was sent. */
function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
