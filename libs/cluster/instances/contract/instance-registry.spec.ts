import type { Ticker } from '../../../async/index.js';
import type { RedisClient } from '../../../redis/index.js';
import { redisForTests } from '../../../redis/redis.testing.js';
import { instanceRegistryContract } from './instance-registry.contract.js';
import type { InstanceRegistry } from '../instance-registry.js';
import { MemoryInstanceRegistry } from '../memory/instance-registry.js';
import { RedisInstanceRegistry } from '../redis/instance-registry.js';

instanceRegistryContract('memory', async () => {
  const entries = new Map();
  const open = () => new MemoryInstanceRegistry(entries);
  // A process takes its memory with it.
  return { registry: open(), another: open, kill: (registry) => registry.close(), close: async () => {} };
});

const redis = redisForTests();
const onRedis = (client: RedisClient) => {
  const opened: InstanceRegistry[] = [];
  const open = () => {
    const registry = new RedisInstanceRegistry(client, { lifeMs: 2000 });
    opened.push(registry);
    return registry;
  };
  // What a process leaves behind that dies: an entry that nobody renews.
  const kill = async (registry: InstanceRegistry) => void (registry as unknown as { ticker: Ticker }).ticker.stop();
  const close = async () => {
    await Promise.all(opened.map((registry) => registry.close()));
    await client.close();
  };
  return { registry: open(), another: open, kill, close };
};
instanceRegistryContract(
  'redis',
  async () => onRedis(await redis.open()),
  async () => onRedis(await redis.openBroken()),
);

describe('MemoryInstanceRegistry', () => {
  it('is one process’s own, where nothing is shared', async () => {
    const [registry, other] = [new MemoryInstanceRegistry(), new MemoryInstanceRegistry()];
    await registry.enter({ id: 'a', pid: 1, version: '1', startedAt: 1, works: true, draining: false });
    expect(await registry.list()).toHaveLength(1);
    expect(await other.list()).toEqual([]);
  });

  it('keeps no former entry of the same process', async () => {
    const registry = new MemoryInstanceRegistry();
    for (const id of ['a', 'b']) {
      await registry.enter({ id, pid: 1, version: '1', startedAt: 1, works: true, draining: false });
    }
    expect((await registry.list()).map(({ id }) => id)).toEqual(['b']);
  });
});
