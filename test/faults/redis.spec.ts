import { RedisInstanceRegistry } from '../../libs/cluster/instances/redis/instance-registry.js';
import { RedisSignals } from '../../libs/cluster/signals/redis/signals.js';
import { entriesOf, entry, newKey, show, shown } from '../../libs/event-log/contract/event-log.testing.js';
import { RedisEventLog } from '../../libs/event-log/redis/event-log.js';
import { RedisHitCounter } from '../../src/rate-limit/counter/redis/hit-counter.js';
import { RedisLeases } from '../../src/rate-limit/leases/redis/leases.js';
import type { RedisClient } from '../../libs/redis/index.js';
import { openRedis } from '../../libs/redis/redis.testing.js';
import { RedisSessionStore } from '../../src/auth/sessions/redis/session-store.js';
import { eventually } from '../support/eventually.js';
import { RedisServer, type RedisServerOptions } from '../support/redis.js';
import { follow, repeated } from './redis.testing.js';

const DOWN = { code: 'dependency_down', status: 503 };

describe('A Redis server that fails', () => {
  let server: RedisServer;
  let client: RedisClient;
  let log: RedisEventLog;
  let key: string;

  const begin = async (options?: RedisServerOptions) => {
    server = await RedisServer.start(options);
    client = await openRedis(server.uri, { timeoutMs: 2_000 });
    log = new RedisEventLog(client);
    await client.ready();
    key = newKey();
  };
  afterEach(async () => {
    await client?.close();
    await server?.stop();
  });

  it('killed again and again while a log is written: each entry stands once, and readers miss none', async () => {
    await begin({ durable: true });
    await log.open(key, [entry(1, 0)]);
    const reader = await follow(log, key);
    let seq = 0;
    let done = false;
    const write = async () => {
      while (!done) {
        const batch = entriesOf(1, seq + 1, seq + 3);
        expect(await repeated(() => log.append(key, batch))).toBe('written');
        seq += 3;
      }
      return repeated(() => log.append(key, [entry(1, seq + 1)], { retainMs: 60_000 }));
    };
    const writing = write();
    for (let kills = 0; kills < 4; kills++) {
      const from = seq;
      await eventually(() => seq > from + 30);
      await server.kill();
      await server.restart();
    }
    done = true;
    expect(await writing).toBe('written');
    const expected = entriesOf(1, 0, seq + 1);
    expect((await log.read(key, undefined, 100_000))!.entries).toEqual(expected);
    await eventually(() => reader.entries.length === expected.length);
    expect(reader.entries).toEqual(expected);
    expect(reader.interruptions).toBeGreaterThan(0);
  });

  it('hangs between a write and its answer: the same write once more is once', async () => {
    await begin();
    await log.open(key, [entry(1, 0)]);
    server.pause();
    const batch = entriesOf(1, 1, 3);
    await expect(log.append(key, batch)).rejects.toMatchObject(DOWN);
    server.resume();
    expect(await repeated(() => log.append(key, batch))).toBe('written');
    expect(await shown(log, key)).toBe('1-0 1-1 1-2 1-3');
  });

  it('comes back empty: logs are missing, and opened anew; who listens is told and hears again', async () => {
    await begin();
    await log.open(key, entriesOf(1, 0, 5));
    const reader = await follow(log, key);
    await server.restart();
    expect(await repeated(() => log.append(key, [entry(1, 6)]))).toBe('missing');
    expect(await log.read(key, undefined, 1)).toBeNull();
    await eventually(() => reader.interruptions > 0);
    expect(await log.open(key, [entry(1, 0), entry(2, 0), entry(2, 1)])).toBe('written');
    await log.append(key, [entry(2, 2)]);
    await eventually(() => show(reader.entries.slice(-3)) === '2-0 2-1 2-2');
  });

  it('breaks only the connection for notices: listeners are told, and hear again', async () => {
    await begin();
    await log.open(key, [entry(1, 0)]);
    const [reader, other] = [await follow(log, key), await follow(log, newKey())];
    await client.commands.client('KILL', 'TYPE', 'pubsub');
    await log.append(key, [entry(1, 1)]);
    await eventually(() => reader.interruptions === 1 && other.interruptions === 1);
    await log.append(key, [entry(1, 2)]);
    await eventually(() => show(reader.entries) === '1-0 1-1 1-2');
  });

  it('is silent on the connection for notices, which stays open: it is found out', async () => {
    await begin();
    await log.open(key, [entry(1, 0)]);
    const reader = await follow(log, key);
    // As where a firewall has forgotten the connection: nothing comes, nobody says so.
    client.subscriber.redis.stream.pause();
    await log.append(key, [entry(1, 1)]);
    await eventually(() => reader.interruptions === 1);
    await eventually(() => show(reader.entries) === '1-0 1-1');
  });

  it('hangs: every call of every adapter rejects, and works again afterwards', async () => {
    await begin();
    const [hits, leases] = [new RedisHitCounter(client), new RedisLeases(client)];
    const [signals, instances] = [new RedisSignals(client), new RedisInstanceRegistry(client)];
    const sessions = new RedisSessionStore(client);
    const calls: Array<() => Promise<unknown>> = [
      () => log.open(key, [entry(1, 0)]),
      () => log.read(key, undefined, 1),
      () => log.heads(key),
      () => hits.hit('a', 1000),
      () => leases.take('user', 'a', 1),
      () => leases.olderThan(0, 1),
      () => signals.publish('a', { v: 1 }),
      () => instances.list(),
      () => sessions.get('a'),
      () => sessions.removeByUser('a'),
      () => client.ping(),
    ];
    // Scripts are known before, or not: both must end.
    await Promise.all(calls.slice(0, 5).map((call) => call()));
    server.pause();
    for (const result of await Promise.allSettled(calls.map((call) => call()))) {
      expect(result).toMatchObject({ status: 'rejected', reason: DOWN });
    }
    await expect(log.subscribe(newKey(), { entries: () => {}, interrupted: () => {} })).rejects.toMatchObject(DOWN);
    server.resume();
    for (const call of calls) await repeated(call);
    await repeated(() => log.subscribe(key, { entries: () => {}, interrupted: () => {} }));
  });

  it('comes back empty: instances enter again by themselves, signals are heard again', async () => {
    await begin();
    const [instances, signals] = [new RedisInstanceRegistry(client, { lifeMs: 1000 }), new RedisSignals(client)];
    const beside = await openRedis(server.uri, { keyPrefix: client.keyPrefix });
    const other = new RedisInstanceRegistry(beside, { lifeMs: 1000 });
    try {
      const heard: unknown[] = [];
      signals.subscribe('a', (signal) => heard.push(signal));
      await instances.enter({ id: 'a', pid: 1, version: '1', startedAt: 1, works: true, draining: false });
      await server.kill();
      await expect(instances.update({ draining: true })).rejects.toMatchObject(DOWN);
      await server.restart();
      await eventually(async () => (await repeated(() => other.list())).some(({ draining }) => draining));
      await eventually(async () => {
        await repeated(() => signals.publish('a', { v: 1 }));
        return heard.length > 0;
      });
    } finally {
      await instances.close();
      await beside.close();
    }
  });
});
