export { type RedisConnection } from './connections.js';
export { parseRedisAddress } from './redis-address.js';
export { RedisClient, type RedisClientOptions, type RedisSettings } from './redis-client.js';
export type { RedisLog } from './redis-log.js';
export type { RedisReport } from './redis-report.js';
export type { RedisScript } from './redis-script.js';
export type { ChannelListener, RedisSubscriber } from './redis-subscriber.js';
