import { availableParallelism } from 'node:os';
import type { z } from 'zod';
import type { schema } from './schema.js';

type Parsed = z.infer<typeof schema>;

/** The variables that place a port's state. */
export const PLACES = ['STORE', 'SESSIONS', 'CACHE', 'RATE_LIMIT', 'QUEUE', 'EVENT_LOG', 'REALTIME'] as const;

/** Where state is kept, as far as `place` had to decide: every adapter has a name, and `INSTANCES` is a number. */
export type Placed = { [K in (typeof PLACES)[number]]: NonNullable<Parsed[K]> } & { INSTANCES: number };

/** Picks what the operator left open. */
export function place(values: Parsed): Placed {
  const shared = values.USE_REDIS ? 'redis' : 'memory';
  const STORE = values.STORE ?? (values.MONGO_URI ? 'mongo' : 'sqlite');
  const local = STORE === 'memory' ? 'memory' : 'sqlite';
  return {
    STORE,
    SESSIONS: values.SESSIONS ?? (values.USE_REDIS ? 'redis' : local),
    CACHE: values.CACHE ?? shared,
    RATE_LIMIT: values.RATE_LIMIT ?? shared,
    QUEUE: values.QUEUE ?? shared,
    EVENT_LOG: values.EVENT_LOG ?? shared,
    REALTIME: values.REALTIME ?? shared,
    INSTANCES: values.INSTANCES === 'max' ? availableParallelism() : (values.INSTANCES ?? 1),
  };
}

const isLocal = (adapter: string) => adapter === 'memory' || adapter === 'sqlite';

/** The variables whose state lives in one process, or in a file that belongs to one. */
export function localPlaces(placed: Placed): Array<(typeof PLACES)[number]> {
  return PLACES.filter((name) => isLocal(placed[name]));
}

/** Whether something is kept in Redis. */
export function usesRedis(placed: Placed): boolean {
  return PLACES.some((name) => placed[name] === 'redis');
}

/** Whether something is kept in `DATA_DIR`: then the folder belongs to one process at a time. */
export function usesDataDir(placed: Placed): boolean {
  return PLACES.some((name) => placed[name] === 'sqlite');
}
