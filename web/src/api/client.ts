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

async function once(method: string, path: string, token: string | null, options: CallOptions): Promise<Response> {
  const { body, headers, signal, keepalive } = options;
  try {
    const response = await fetch(path, {
      method,
      signal,
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
  }
}

/** An answer that is ok; else an ApiError. A token that the server no longer takes is renewed once. */
export async function send(method: string, path: string, options: CallOptions = {}): Promise<Response> {
  const token = options.keepalive ? (sessionState().session?.token ?? null) : await freshToken();
  let response = await once(method, path, token, options);
  if (response.status === 401 && token && !options.keepalive) {
    const session = await refresh(token);
    if (session) response = await once(method, path, session.token, options);
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
