import { redisForTests } from '../../../redis/redis.testing.js';
import { totalsContract } from '../contract/totals.contract.js';
import { RedisTotals } from './totals.js';

const redis = redisForTests();
totalsContract(
  'redis',
  async (silenceMs) => {
    const client = await redis.open();
    const open = () => new RedisTotals(client, silenceMs);
    return { totals: open(), another: open, close: () => client.close() };
  },
  async () => {
    const client = await redis.openBroken();
    const open = () => new RedisTotals(client);
    return { totals: open(), another: open, close: () => client.close() };
  },
);

describe('RedisTotals', () => {
  it('keeps of the departed their sum alone, and not their names for ever', async () => {
    const client = await redis.open();
    try {
      const totals = new RedisTotals(client);
      for (let i = 0; i < 20; i++) await totals.putLast(`${i}`, 1, new Map([['x', [1]]]));
      const tag = client.tagged('totals');
      const keys = await client.commands.keys(`${tag}*`);
      expect(keys.sort()).toEqual([`${tag}:departed`, `${tag}:gone`]);
      await client.commands.zadd(`${tag}:gone`, Date.now() - 31 * 86_400_000, '0');
      expect(await totals.sum()).toEqual(new Map([['x', [20]]]));
      expect(await client.commands.zcard(`${tag}:gone`)).toBe(19);
    } finally {
      await client.close();
    }
  });

  it('has who lives again after its server lost everything', async () => {
    const client = await redis.open();
    try {
      const totals = new RedisTotals(client);
      await totals.put('a', 5, new Map([['x', [5]]]));
      await client.commands.flushall();
      expect(await totals.sum()).toEqual(new Map());
      await totals.put('a', 6, new Map([['x', [6]]]));
      expect(await totals.sum()).toEqual(new Map([['x', [6]]]));
    } finally {
      await client.close();
    }
  });
});
