import type {} from 'fastify';
import type { KeyScope } from '../contract/keys.js';

/** What a key lets a program do. */
export interface KeyRights {
  id: string;
  name: string;
  scopes: KeyScope[];
  /** `<endpoint>/<model>` or `<model>`; null: all that the person may ask. */
  models: string[] | null;
  /** Null: without a limit of its own. */
  tokensPerDay: number | null;
}

/** Who a request comes from: set by the `onRequest` hook where the token and its session, or the key, are good. */
export interface RequestAuth {
  userId: string;
  /** What it lives by: the id of a log-in, or `key:` and that of a key. Whoever ends it closes what is open for it. */
  sessionId: string;
  /** With what a program has called; undefined: a person did, who is logged in. */
  key?: KeyRights;
}

declare module 'fastify' {
  interface FastifyRequest {
    auth?: RequestAuth;
  }
}
