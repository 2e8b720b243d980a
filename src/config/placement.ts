import { availableParallelism } from 'node:os';
import type { z } from 'zod';
import type { schema } from './schema.js';

type Parsed = z.infer<typeof schema>;

/** The variables that place a port's state. */
export const PLACES = ['STORE', 'SESSIONS', 'CACHE', 'RATE_LIMIT', 'QUEUE', 'EVENT_LOG', 'REALTIME', 'FILES'] as const;

/** Where state is kept, as far as `place` had to decide: every adapter has a name, and `INSTANCES` is a number. */
export type Placed = { [K in (typeof PLACES)[number]]: NonNullable<Parsed[K]> } & {
  INSTANCES: number;
  FILES_SHARED: boolean;
};

/** Where the bytes of files are kept, by where everything else is. */
const FILES_BESIDE = { memory: 'memory', sqlite: 'disk', mongo: 'mongo' } as const;

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
    FILES: values.FILES ?? FILES_BESIDE[STORE],
    FILES_SHARED: values.FILES_SHARED,
    INSTANCES: values.INSTANCES === 'max' ? availableParallelism() : (values.INSTANCES ?? 1),
  };
}

type Adapter = Placed[(typeof PLACES)[number]];
/** What keeps the state of each adapter. An adapter that is not named here does not compile. */
const KEEPERS: Record<Adapter, 'process' | 'file' | 'folder' | 'redis' | 'mongo' | 's3'> = {
  memory: 'process',
  sqlite: 'file',
  disk: 'folder',
  redis: 'redis',
  mongo: 'mongo',
  s3: 's3',
};

const placesIn = (placed: Placed, ...keepers: Array<(typeof KEEPERS)[Adapter]>) =>
  PLACES.filter((name) => keepers.includes(KEEPERS[placed[name]]));

/** The variables whose state lives in one process, or in a file or a folder that belongs to one. */
export function localPlaces(placed: Placed): Array<(typeof PLACES)[number]> {
  return placesIn(placed, 'process', 'file', ...(placed.FILES_SHARED ? [] : (['folder'] as const)));
}

/** Whether something is kept in Redis. */
export function usesRedis(placed: Placed): boolean {
  return placesIn(placed, 'redis').length > 0;
}

/** Whether something is kept in the database file. */
export function usesSqlite(placed: Placed): boolean {
  return placesIn(placed, 'file').length > 0;
}

/** Whether something is kept in MongoDB. */
export function usesMongo(placed: Placed): boolean {
  return placesIn(placed, 'mongo').length > 0;
}

/** Whether something in `DATA_DIR` is for one process alone: then the folder belongs to one at a time. */
export function usesDataDir(placed: Placed): boolean {
  return usesSqlite(placed) || (placed.FILES === 'disk' && !placed.FILES_SHARED);
}
