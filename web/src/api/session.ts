import { noteServerTime, serverNow } from './clock.js';
import { problemIn, unreachable } from './problem.js';
import type { LoggedIn } from './types.js';

/**
 * Who is logged in. The access token lives in this memory and nowhere else; the refresh cookie, which no script can read,
 * brings the next one. All tabs share what one of them got.
 */
type State =
  | { status: 'unknown'; session: null }
  /** `hasEnded`: not by somebody's own wish. */
  | { status: 'signed-out'; session: null; hasEnded: boolean }
  | { status: 'signed-in'; session: LoggedIn };

let state: State = { status: 'unknown', session: null };
const listeners = new Set<() => void>();
const channel =
  typeof window !== 'undefined' && 'BroadcastChannel' in window ? new BroadcastChannel('parley.session') : null;
let refreshing: Promise<LoggedIn | null> | null = null;

/**
 * A refresh that nobody answers is given up, and repeated while the server still takes the same cookie twice (10 s): the first
 * one may have come through.
 */
const PATIENCE_MS = 8_000;

/** A token this close to its end is renewed before it is used. */
const SPARE_MS = 20_000;

function set(session: LoggedIn | null, hasEnded = false): void {
  state = session ? { status: 'signed-in', session } : { status: 'signed-out', session: null, hasEnded };
  for (const listener of [...listeners]) listener();
}

/** Takes a new session, or its end, and tells the other tabs. */
export function setSession(session: LoggedIn | null): void {
  set(session);
  channel?.postMessage(session);
}

export function setUser(user: LoggedIn['user']): void {
  if (state.session) setSession({ ...state.session, user });
}

channel?.addEventListener('message', ({ data }: MessageEvent<LoggedIn | null>) => set(data));

export function sessionState(): State {
  return state;
}

export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * One tab at a time where the browser can; where it can't, or another tab takes too long, the server puts up with two at
 * once.
 */
async function alone<T>(task: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return task();
  const signal = AbortSignal.timeout(PATIENCE_MS);
  let hasBegun = false;
  const begin = () => {
    hasBegun = true;
    return task();
  };
  return navigator.locks.request('parley.refresh', { signal }, begin).catch((error: unknown) => {
    if (hasBegun) throw error;
    return task();
  });
}

/**
 * The next session by the cookie; null: nobody is logged in. `stale` is the token that no longer does: if another tab has
 * brought a newer one in the meantime, that is it.
 */
export function refresh(stale?: string): Promise<LoggedIn | null> {
  refreshing ??= alone(async () => {
    if (state.session && state.session.token !== stale) return state.session;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const failed = (error: unknown) => {
      throw unreachable(error);
    };
    const response = await fetch('/api/auth/refresh', { method: 'POST', signal }).catch(failed);
    noteServerTime(response);
    if (!response.ok && response.status !== 401) throw await problemIn(response);
    const session = response.ok ? ((await response.json().catch(failed)) as LoggedIn) : null;
    // A body that nobody reads keeps its connection, where no cache takes it.
    if (!session) void response.body?.cancel();
    // Each tab finds out by itself that a session has ended; a new token is for all.
    if (session) setSession(session);
    else set(null, state.status === 'signed-in');
    return session;
  }).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

/** A token that holds for a while; null: nobody is logged in. */
export async function freshToken(): Promise<string | null> {
  const { session } = state;
  if (!session) return state.status === 'unknown' ? ((await refresh())?.token ?? null) : null;
  const isSpent = Date.parse(session.expiresAt) - serverNow() < SPARE_MS;
  return isSpent ? ((await refresh(session.token))?.token ?? null) : session.token;
}
