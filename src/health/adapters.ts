import type { Config } from '../config/config.js';

/** Which adapter stands behind each port, by the name of the module that an operator chooses. */
export function adaptersInUse(config: Config): Record<string, string> {
  const { STORE, SESSIONS, CACHE, RATE_LIMIT, QUEUE, EVENT_LOG, REALTIME, FILES } = config;
  return {
    store: STORE,
    sessions: SESSIONS,
    cache: CACHE,
    rateLimit: RATE_LIMIT,
    queue: QUEUE,
    eventLog: EVENT_LOG,
    realtime: REALTIME,
    files: FILES,
  };
}
