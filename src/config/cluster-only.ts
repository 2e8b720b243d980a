import type { ConfigProblem } from './config-error.js';

const reason = 'would do nothing: this build runs as one process with everything inside';

/** Variables of an installation of several processes, and the values that say what is the case here anyway. */
const variables: Record<string, { same?: string[]; secret?: true }> = {
  USE_REDIS: { same: ['false', '0', 'no', 'off'] },
  REDIS_URI: { secret: true },
  REDIS_KEY_PREFIX: {},
  REDIS_MAX_LISTENERS: {},
  REDIS_CA: {},
  MONGO_URI: { secret: true },
  MONGO_USERS_URI: { secret: true },
  MONGO_MAX_POOL_SIZE: {},
  MONGO_MIN_POOL_SIZE: {},
  MONGO_MAX_CONNECTING: {},
  MONGO_MAX_IDLE_TIME_MS: {},
  MONGO_WAIT_QUEUE_TIMEOUT_MS: {},
  MONGO_SEARCH_READ_PREFERENCE: {},
  MONGO_MESSAGE_PARTITION: { same: ['none'] },
  INSTANCES: { same: ['1'] },
  ROLE: { same: ['all'] },
  METRICS_TOKEN: { secret: true },
  CDN_URL: {},
  STATIC_CACHE_MAX_AGE: {},
  STATIC_CACHE_S_MAX_AGE: {},
};

const ports = ['STORE', 'SESSIONS', 'CACHE', 'RATE_LIMIT', 'QUEUE', 'EVENT_LOG', 'REALTIME'];
const backends = ['mongo', 'redis', 'bullmq'];

/** Refuses by name what this build has no part for, before an operator believes that it works. */
export function clusterOnly(env: Record<string, string>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const [name, { same, secret }] of Object.entries(variables)) {
    const value = env[name];
    if (value === undefined || same?.includes(value.trim().toLowerCase())) continue;
    const shown = secret ? { hidden: true as const } : { value };
    problems.push({ name, ...shown, message: `${reason}. Remove it` });
  }
  for (const name of ports) {
    const value = env[name];
    if (value === undefined || !backends.includes(value)) continue;
    const right = name === 'STORE' || name === 'SESSIONS' ? 'memory or sqlite' : 'memory';
    problems.push({ name, value, message: `must be ${right}: this build has no part for ${value}` });
  }
  return problems;
}
