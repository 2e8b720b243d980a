import type { WindowState } from './index.js';
import type { Policy } from './policies.js';

/** Where headers go: a Fastify reply. */
export interface HeaderSink {
  header(name: string, value: string): unknown;
}

/** Whole seconds until the window ends, at least 1; the whole window where none is open. */
export function secondsLeft(policy: Policy, state: WindowState): number {
  return Math.max(1, Math.ceil((state.resetMs > 0 ? state.resetMs : policy.windowMs) / 1000));
}

interface Lines {
  policies: Map<string, string>;
  states: Map<string, string>;
}

const linesOf = new WeakMap<HeaderSink, Lines>();

/**
 * Tells a client how it stands, as draft-ietf-httpapi-ratelimit-headers-11: `RateLimit-Policy: "name";q=100;w=60` and
 * `RateLimit: "name";r=99;t=42`. Each policy that was asked for the same answer adds an item to both lists; asked twice,
 * the later state stands.
 */
export function tellLimit(reply: HeaderSink, name: string, policy: Policy, state: WindowState): void {
  let lines = linesOf.get(reply);
  if (!lines) linesOf.set(reply, (lines = { policies: new Map(), states: new Map() }));
  lines.policies.set(name, `"${name}";q=${policy.max};w=${policy.windowMs / 1000}`);
  const remaining = Math.max(0, policy.max - state.hits);
  lines.states.set(name, `"${name}";r=${remaining};t=${secondsLeft(policy, state)}`);
  reply.header('RateLimit-Policy', [...lines.policies.values()].join(', '));
  reply.header('RateLimit', [...lines.states.values()].join(', '));
}
