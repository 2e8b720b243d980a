import type { Ticker } from '../../libs/async/index.js';
import { cacheContract } from '../../libs/cache/contract/cache.contract.js';
import { cacheOver } from '../../libs/cache/index.js';
import { redisStore } from '../../libs/cache/redis/store.js';
import { instanceRegistryContract } from '../../libs/cluster/instances/contract/instance-registry.contract.js';
import { RedisInstanceRegistry } from '../../libs/cluster/instances/redis/instance-registry.js';
import type { InstanceRegistry } from '../../libs/cluster/instances/instance-registry.js';
import { signalsContract } from '../../libs/cluster/signals/contract/signals.contract.js';
import { RedisSignals } from '../../libs/cluster/signals/redis/signals.js';
import { eventLogContract } from '../../libs/event-log/contract/event-log.contract.js';
import { RedisEventLog } from '../../libs/event-log/redis/event-log.js';
import { hitCounterContract } from '../../src/rate-limit/counter/contract/hit-counter.contract.js';
import { RedisHitCounter } from '../../src/rate-limit/counter/redis/hit-counter.js';
import { leasesContract } from '../../src/rate-limit/leases/contract/leases.contract.js';
import { RedisLeases } from '../../src/rate-limit/leases/redis/leases.js';
import { RedisClient } from '../../libs/redis/index.js';
import { openRedis } from '../../libs/redis/redis.testing.js';
import { sessionStoreContract } from '../../src/auth/sessions/contract/session-store.contract.js';
import { RedisSessionStore } from '../../src/auth/sessions/redis/session-store.js';
import { socketAdapterContract } from '../../src/realtime/contract/socket-adapter.contract.js';
import { redisSocketAdapter } from '../../src/realtime/redis/socket-adapter.js';
import { RedisCluster } from '../support/redis-cluster.js';

// The same contracts as on one server, on a cluster of three: nothing may cross slots, or rely on one connection.
let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await RedisCluster.start();
});
afterAll(() => cluster?.stop());

const name = 'redis, a cluster';
const open = () => openRedis(cluster.uri);

eventLogContract(name, async () => {
  const client = await open();
  return { log: new RedisEventLog(client), close: () => client.close() };
});

hitCounterContract(name, async () => {
  const client = await open();
  const another = () => new RedisHitCounter(client);
  return { counter: another(), another, close: () => client.close() };
});

leasesContract(name, async (lifeMs) => {
  const client = await open();
  const another = () => new RedisLeases(client, lifeMs);
  return { leases: another(), another, close: () => client.close() };
});

sessionStoreContract(name, async () => {
  const client = await open();
  return { store: new RedisSessionStore(client), close: () => client.close() };
});

signalsContract(name, async () => {
  const first = await open();
  const second = await openRedis(cluster.uri, { keyPrefix: first.keyPrefix });
  let made = 0;
  const another = () => new RedisSignals(made++ % 2 ? second : first);
  return { signals: another(), another, close: async () => void (await Promise.all([first.close(), second.close()])) };
});

instanceRegistryContract(name, async () => {
  const client = await open();
  const all: InstanceRegistry[] = [];
  const another = () => {
    const registry = new RedisInstanceRegistry(client, { lifeMs: 2000 });
    all.push(registry);
    return registry;
  };
  const kill = async (registry: InstanceRegistry) => void (registry as unknown as { ticker: Ticker }).ticker.stop();
  const close = async () => {
    for (const registry of all) await registry.close();
    await client.close();
  };
  return { registry: another(), another, kill, close };
});

cacheContract(
  name,
  async () => {
    const [client, other] = [await open(), await open()];
    const close = async () => void (await Promise.all([client.close(), other.close()]));
    return { cache: cacheOver(redisStore(client)), neighbour: cacheOver(redisStore(other)), close };
  },
  async () => {
    const client = new RedisClient({ uri: 'redis://127.0.0.1:1,127.0.0.1:2', timeoutMs: 500 });
    return {
      cache: cacheOver(redisStore(client)),
      neighbour: cacheOver(redisStore(client)),
      close: () => client.close(),
    };
  },
);

socketAdapterContract(name, async () => {
  const first = await open();
  const clients = [first, await openRedis(cluster.uri, { keyPrefix: first.keyPrefix })];
  const close = async () => void (await Promise.all(clients.map((client) => client.close())));
  return { adapters: clients.map(redisSocketAdapter), close };
});

describe('RedisClient on a cluster', () => {
  it('asks and looks at every master', async () => {
    const client = await open();
    try {
      await client.ping();
      expect(await client.inspect()).toMatchObject({ evictionPolicy: 'noeviction', warnings: [] });
      const own = client.connection('own', { maxRetriesPerRequest: null });
      own.on('error', () => {});
    } finally {
      await client.close();
    }
  });
});
