import { entriesOf, entry, newKey } from '../../libs/event-log/contract/event-log.testing.js';
import { RedisEventLog } from '../../libs/event-log/redis/event-log.js';
import { RedisHitCounter } from '../../src/rate-limit/counter/redis/hit-counter.js';
import type { RedisClient } from '../../libs/redis/index.js';
import { openRedis } from '../../libs/redis/redis.testing.js';
import { eventually } from '../support/eventually.js';
import { RedisCluster } from '../support/redis-cluster.js';
import { follow, repeated } from './redis.testing.js';

describe('A node of a Redis Cluster', () => {
  let cluster: RedisCluster;
  let client: RedisClient;
  let log: RedisEventLog;

  beforeEach(async () => {
    cluster = await RedisCluster.start();
    client = await openRedis(cluster.uri, { timeoutMs: 2_000 });
    log = new RedisEventLog(client);
    await client.ready();
  });
  afterEach(async () => {
    await client?.close();
    await cluster?.stop();
  });

  it.each(['dies and comes back empty', 'hangs for a while'] as const)(
    '%s: all logs go on, readers too',
    async (fault) => {
      const keys = Array.from({ length: 12 }, newKey);
      for (const key of keys) await log.open(key, [entry(1, 0)]);
      const readers = await Promise.all(keys.map((key) => follow(log, key)));
      // The one through which notices come.
      const port = client.subscriber.redis.options.port;
      const node = cluster.nodes.find((one) => one.port === port)!;

      if (fault === 'hangs for a while') node.pause();
      else await node.kill();
      const results = await Promise.allSettled(keys.map((key) => log.append(key, entriesOf(1, 1, 2))));
      const failed = results.filter(({ status }) => status === 'rejected');
      expect(failed.length).toBeGreaterThan(0);
      for (const result of failed) expect(result).toMatchObject({ reason: { code: 'dependency_down' } });
      await eventually(
        () => client.subscriber.redis.options.port !== port && client.subscriber.redis.status === 'ready',
      );
      await node.revive();

      await Promise.all(
        keys.map(async (key) => {
          const result = await repeated(() => log.append(key, entriesOf(1, 1, 2)));
          if (result === 'missing') await repeated(() => log.open(key, entriesOf(1, 0, 2)));
          expect(await repeated(() => log.append(key, [entry(1, 3)]))).toBe('written');
        }),
      );
      await eventually(() => readers.every(({ entries }) => entries.at(-1)?.seq === 3));
      for (const { entries } of readers) expect(entries).toEqual(entriesOf(1, 0, 3));
    },
  );

  it('is emptied of its scripts: they are sent again', async () => {
    const counter = new RedisHitCounter(client);
    const keys = Array.from({ length: 12 }, newKey);
    for (const key of keys) await counter.hit(key, 60_000);
    for (const server of client.masters()) await server.script('FLUSH');
    const states = await Promise.all(keys.map((key) => counter.hit(key, 60_000)));
    expect(states.map(({ hits }) => hits)).toEqual(keys.map(() => 2));
  });
});
