import type { RedisClient } from '../../redis/index.js';
import { redisForTests } from '../../redis/redis.testing.js';
import { cacheContract } from '../contract/cache.contract.js';
import { cacheOver } from '../index.js';
import { redisStore } from './store.js';

const redis = redisForTests();
let opened = 0;
const onRedis = (client: RedisClient, neighbours: RedisClient) => {
  const cache = cacheOver(redisStore(client));
  const close = async () => void (await Promise.all([client.close(), neighbours.close()]));
  return { cache, neighbour: cacheOver(redisStore(neighbours)), close };
};
cacheContract(
  'redis',
  async () => {
    opened++;
    // As a pattern the first would stand for the second.
    return onRedis(await redis.open({ keyPrefix: `${opened}-[b]*` }), await redis.open({ keyPrefix: `${opened}-b` }));
  },
  async () => onRedis(await redis.openBroken(), await redis.openBroken()),
);

describe('redisStore', () => {
  it('clears what it holds, however much, and nothing else of the same product', async () => {
    const client = await redis.open();
    try {
      const cache = cacheOver(redisStore(client));
      const other = client.key('cached', 'x');
      await client.commands.set(other, 'stays');
      await Promise.all(Array.from({ length: 2000 }, (_, i) => cache.set(`${i}`, i)));
      await cache.clear();
      expect(await client.commands.keys(`${client.keyPrefix}*`)).toEqual([other]);
    } finally {
      await client.close();
    }
  });
});
