import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
  ThrottlerStorage,
} from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimits } from './rate-limits.js';

/** Calls under /api that have policies of their own. */
const OWN_POLICY = new Set(['/api/ask/:endpoint', '/api/auth/login', '/api/auth/register']);

/**
 * The policy `api`: every other call under /api, by user, else by address. Not health, metrics, documentation or static
 * files, and not what comes over a socket: its connects are counted by the gateway.
 */
@Injectable()
export class ApiGuard extends ThrottlerGuard {
  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
    private readonly limits: RateLimits,
  ) {
    super(options, storage, reflector);
  }

  protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const route = context.switchToHttp().getRequest<FastifyRequest>().routeOptions.url ?? '';
    return !route.startsWith('/api/') || OWN_POLICY.has(route);
  }

  /** Counts through RateLimits, for its headers, its refusal and its rule about counters that are away. */
  protected override async handleRequest({ context }: ThrottlerRequest): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    await this.limits.consume('api', request.auth?.userId ?? request.ip, http.getResponse<FastifyReply>());
    return true;
  }
}
