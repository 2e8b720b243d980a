import { routeIs } from '../http/route.js';
import type { PolicyName } from './policies.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The policy that its calls count by, in the place of `api`; its service counts them, when it knows by whom. */
    limit?: PolicyName;
  }
}

export const Limit = (policy: PolicyName) => routeIs({ limit: policy });
