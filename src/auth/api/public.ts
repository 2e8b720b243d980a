import { routeIs } from '../../http/route.js';

/** A route under /api that needs no session. */
export const Public = () => routeIs({ isPublic: true });
