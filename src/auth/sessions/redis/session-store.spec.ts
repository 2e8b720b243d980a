import { eventually } from '../../../../test/support/eventually.js';
import type { RedisClient } from '../../../../libs/redis/index.js';
import { redisForTests } from '../../../../libs/redis/redis.testing.js';
import { sessionStoreContract } from '../contract/session-store.contract.js';
import { RedisSessionStore } from './session-store.js';

const redis = redisForTests();
const onRedis = (client: RedisClient) => ({ store: new RedisSessionStore(client), close: () => client.close() });
sessionStoreContract(
  'redis',
  async () => onRedis(await redis.open()),
  async () => onRedis(await redis.openBroken()),
);

describe('RedisSessionStore', () => {
  it('leaves nothing behind: not of what was removed, nor of what ran out', async () => {
    const client = await redis.open();
    try {
      const store = new RedisSessionStore(client);
      const make = (id: string, userId: string, lifeMs: number) => {
        const now = new Date();
        const more = { address: '', userAgent: '', usedToken: -1, expiresAt: new Date(+now + lifeMs) };
        return store.create({ id, userId, createdAt: now, lastUsedAt: now, ...more });
      };
      const left = async () => (await client.commands.keys(`*${client.tagged('sessions')}*`)).length;
      await make('a', 'brief', 150);
      await make('b', 'brief', 100);
      await make('c', 'removed', 60_000);
      await make('d', 'removed', 60_000);
      await make('e', 'reused', 60_000);
      await make('f', 'rotated', 60_000);
      await make('g', 'of both', 60_000);
      await make('h', 'of both', 50);
      await store.remove('c');
      await store.removeByUser('removed');
      for (const token of [5, 3]) await store.rotate('e', token, 0, new Date(Date.now() + 60_000), '');
      await store.rotate('f', 0, 0, new Date(Date.now() + 100), '');
      await eventually(async () => (await left()) === 2);
      expect(await client.commands.pttl(`${client.tagged('sessions')}:u:of both`)).toBeLessThanOrEqual(60_000);
      await make('i', 'of both', 1000);
      expect(await client.commands.zrange(`${client.tagged('sessions')}:u:of both`, 0, -1)).toEqual(['i', 'g']);
    } finally {
      await client.close();
    }
  });
});
