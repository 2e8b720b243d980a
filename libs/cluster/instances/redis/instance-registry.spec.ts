import type { Ticker } from '../../../async/index.js';
import type { RedisClient } from '../../../redis/index.js';
import { redisForTests } from '../../../redis/redis.testing.js';
import { instanceRegistryContract } from '../contract/instance-registry.contract.js';
import type { InstanceRegistry } from '../instance-registry.js';
import { RedisInstanceRegistry } from './instance-registry.js';

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
