import { noteServerTime } from './clock.js';
import { problemIn, unreachable } from './problem.js';
import { freshToken, refresh, sessionState } from './session.js';

export interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** The call goes out even if the page is left now; the token in memory must do. */
  keepalive?: boolean;
}

/**
 * A connection that nobody answers on is given up: it may have been handed to a process that died before it took it. Who
 * only reads soon tries another one; anything else may take as long as the server needs at its busiest.
 */
const READ_MS = 20_000;
const CHANGE_MS = 60_000;

/** `signal`, or the time being up before there were headers. */
function bounded(method: string, signal: AbortSignal | undefined): { signal: AbortSignal; answered(): void } {
  const giving = new AbortController();
  const timer = setTimeout(() => giving.abort(), method === 'GET' ? READ_MS : CHANGE_MS);
  const signals = signal ? [signal, giving.signal] : [giving.signal];
  return { signal: AbortSignal.any(signals), answered: () => clearTimeout(timer) };
}

async function once(method: string, path: string, token: string | null, options: CallOptions): Promise<Response> {
  const { body, headers, signal, keepalive } = options;
  const patience = bounded(method, signal);
  try {
    const response = await fetch(path, {
      method,
      signal: patience.signal,
      keepalive,
      headers: {
        Accept: 'application/json',
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    noteServerTime(response);
    return response;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable(error);
  } finally {
    patience.answered();
  }
}

/** An answer that is ok; else an ApiError. A token that the server no longer takes is renewed once. */
export async function send(method: string, path: string, options: CallOptions = {}): Promise<Response> {
  const token = options.keepalive ? (sessionState().session?.token ?? null) : await freshToken();
  let response = await once(method, path, token, options);
  if (response.status === 401 && token && !options.keepalive) {
    const session = await refresh(token);
    if (session) {
      // A body that nobody reads keeps its connection, where no cache takes it.
      void response.body?.cancel();
      response = await once(method, path, session.token, options);
    }
  }
  if (!response.ok) throw await problemIn(response);
  return response;
}

/** The JSON of an answer; undefined where it has none. */
export async function call<T = void>(method: string, path: string, options?: CallOptions): Promise<T> {
  const response = await send(method, path, options);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** A query string of what is given. */
export function query(values: Record<string, string | number | boolean | null | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return given.length > 0
    ? `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()}`
    : '';
}
