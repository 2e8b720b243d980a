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
import { isApiRoute, routeOf } from '../http/route.js';
import type {} from './limit.js';
import { counterKey, RateLimits } from './rate-limits.service.js';

/**
 * The policy `api`: every call under /api that names no other (`@Limit`), by user, else by address. Not health, metrics,
 * documentation or static files, and not what comes over a socket: its connects are counted by the gateway.
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
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return !isApiRoute(request) || routeOf(request).limit !== undefined;
  }

  /**
   * Counts through the guard's own storage, which is the HitCounter. What the count comes to is told as for every other
   * policy: the headers and the refusal of API.md, where the guard's are `X-RateLimit-*` and a text. While the counters do
   * not answer, the call passes.
   */
  protected override async handleRequest(props: ThrottlerRequest): Promise<boolean> {
    const { context, limit, ttl, throttler, blockDuration, getTracker, generateKey } = props;
    if (limit === 0) return true;
    const { req, res } = this.getRequestResponse(context);
    const key = generateKey(context, await getTracker(req, context), throttler.name!);
    const counted = await this.storageService
      .increment(key, ttl, limit, blockDuration, throttler.name!)
      .catch(() => null);
    if (!counted) return true;
    const { totalHits: hits, timeToExpire, isBlocked } = counted;
    this.limits.judge('api', { hits, resetMs: timeToExpire * 1000 }, isBlocked, res as FastifyReply);
    return true;
  }

  protected override async getTracker({ auth, ip }: FastifyRequest): Promise<string> {
    return auth?.userId ?? ip;
  }

  /** As the connects of sockets are counted, which have no guard. */
  protected override generateKey(_context: ExecutionContext, tracker: string): string {
    return counterKey('api', tracker);
  }
}
