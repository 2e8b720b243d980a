import type { FastifyInstance, FastifyRequest } from 'fastify';
import { elapsedMs } from '../../libs/async/index.js';
import { AppError } from '../../libs/errors/index.js';
import { bringsBody } from '../http/body.js';
import { callerOf } from '../http/caller.js';
import { isApiRoute } from '../http/route.js';
import { secondsLeft, tellLimit } from './limit-headers.js';
import type { Policy } from './policies.js';
import type { RateLimits } from './rate-limits.service.js';

/** Far more than a client that is at fault sends, and few enough that to read them costs nobody anything. */
const POLICY: Policy = { max: 100, windowMs: 60_000 };
/** What says that the body was at fault, or what it names; 401 and 429 have limits of their own. */
const REFUSALS = new Set([400, 404, 409, 413, 415, 422]);
/** Callers after which those whose window has ended are forgotten. */
const MANY = 10_000;

interface Window {
  hits: number;
  /** By `elapsedMs()`. */
  endsAt: number;
}

/**
 * The policy `refused-body`: calls under /api with a body that were refused, by user, else by address. The other limits
 * count a call when its body has been read and found good; whoever sends bad ones is held up here before the next is read.
 * Each process counts by itself, for it is its own time that it protects.
 */
export function limitRefusedBodies(fastify: FastifyInstance, limits: RateLimits): void {
  const windows = new Map<string, Window>();
  fastify.addHook('onRequest', async (request, reply) => {
    if (!hasApiBody(request)) return;
    const window = current(windows, callerOf(request));
    if (!window || window.hits < POLICY.max) return;
    const state = { hits: window.hits, resetMs: window.endsAt - elapsedMs() };
    tellLimit(reply, 'refused-body', POLICY, state);
    limits.countRefusal('refused-body');
    const seconds = secondsLeft(POLICY, state);
    throw new AppError('rate_limited', 429, `Too many bad requests. Please try again in ${seconds} seconds.`, {
      retryAfterSeconds: seconds,
      params: { limit: 'refused-body', seconds },
    });
  });
  fastify.addHook<unknown>('onSend', (request, reply, payload, done) => {
    if (REFUSALS.has(reply.statusCode) && hasApiBody(request)) count(windows, callerOf(request));
    done(null, payload);
  });
}

function hasApiBody(request: FastifyRequest): boolean {
  return isApiRoute(request) && bringsBody(request);
}

function current(windows: Map<string, Window>, caller: string): Window | undefined {
  const window = windows.get(caller);
  return window && window.endsAt > elapsedMs() ? window : undefined;
}

function count(windows: Map<string, Window>, caller: string): void {
  const window = current(windows, caller);
  if (window) return void window.hits++;
  const now = elapsedMs();
  if (windows.size >= MANY) for (const [key, { endsAt }] of windows) if (endsAt <= now) windows.delete(key);
  windows.set(caller, { hits: 1, endsAt: now + POLICY.windowMs });
}
