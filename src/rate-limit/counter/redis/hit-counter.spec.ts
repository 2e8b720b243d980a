import type { RedisClient } from '../../../../libs/redis/index.js';
import { redisForTests } from '../../../../libs/redis/redis.testing.js';
import { hitCounterContract } from '../contract/hit-counter.contract.js';
import { RedisHitCounter } from './hit-counter.js';

const redis = redisForTests();
const onRedis = (client: RedisClient) => {
  const open = () => new RedisHitCounter(client);
  return { counter: open(), another: open, close: () => client.close() };
};
hitCounterContract(
  'redis',
  async () => onRedis(await redis.open()),
  async () => onRedis(await redis.openBroken()),
);
