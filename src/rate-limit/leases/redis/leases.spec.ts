import { eventually } from '../../../../test/support/eventually.js';
import type { RedisClient } from '../../../../libs/redis/index.js';
import { redisForTests } from '../../../../libs/redis/redis.testing.js';
import { leasesContract } from '../contract/leases.contract.js';
import { RedisLeases } from './leases.js';

const redis = redisForTests();
const onRedis = (client: RedisClient, lifeMs?: number) => {
  const open = () => new RedisLeases(client, lifeMs);
  return { leases: open(), another: open, close: () => client.close() };
};
leasesContract(
  'redis',
  async (lifeMs) => onRedis(await redis.open(), lifeMs),
  async () => onRedis(await redis.openBroken()),
);

describe('RedisLeases', () => {
  it('keeps nothing of leases that were freed, or ran out', async () => {
    const client = await redis.open();
    try {
      const leases = new RedisLeases(client, 100);
      for (let i = 0; i < 20; i++) {
        await leases.take(`${i}`, 'a', 1);
        if (i % 2) await leases.free(`${i}`, 'a');
        await leases.take(`${i}`, 'a', 0);
      }
      await eventually(async () => (await client.commands.keys(`*${client.tagged('leases')}*`)).length === 0);
      await leases.take('user', 'a', 1);
      await eventually(async () => (await leases.count('user')) === 0);
    } finally {
      await client.close();
    }
  });
});
