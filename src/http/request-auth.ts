import type {} from 'fastify';

/** Who a request comes from: set by the `onRequest` hook where the token and its session are good. */
export interface RequestAuth {
  userId: string;
  sessionId: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    auth?: RequestAuth;
  }
}
