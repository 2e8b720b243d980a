import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../../test/support/eventually.js';
import { RedisServer } from '../../../test/support/redis.js';
import { openRedis } from '../../../libs/redis/redis.testing.js';
import type { RedisClient } from '../../../libs/redis/index.js';
import { openBullmq, type OpenedBullmq } from './bullmq.testing.js';
import { prefixOf, type BullmqQueue } from './queue.js';
import { HeldWorker, job } from '../contract/queue.testing.js';

const DAY_MS = 86_400_000;
const DOWN = { code: 'dependency_down', status: 503 };

describe.each([
  ['keeps its data', true],
  ['comes back empty', false],
])('BullmqQueue, when Redis is killed and %s', (_, durable) => {
  let server: RedisServer;
  let client: RedisClient;
  let opened: OpenedBullmq;
  let queue: BullmqQueue;
  let warnings: string[];
  let worker: HeldWorker;

  beforeAll(async () => {
    server = await RedisServer.start({ durable });
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await server.revive();
    warnings = [];
    const log = { info: () => {}, warn: (text: string) => warnings.push(text) };
    client = await openRedis(server.uri, { timeoutMs: 500 });
    opened = await openBullmq(client, { limited: 1 }, log);
    ({ queue } = opened);
    worker = new HeldWorker(queue, 5);
  });
  afterEach(async () => {
    await server.revive();
    await worker.stop();
    await opened.close();
    await client.close();
  });

  async function start(...ids: string[]): Promise<void> {
    for (const id of ids) await queue.add(job(id));
    await worker.hasStarted(ids.length);
  }
  const ended = (id: string) => eventually(async () => (await queue.state(id)) === 'absent', 30_000);

  it('calls reject at once, and the worker goes on by itself', async () => {
    await start('a1');
    await server.kill();
    await eventually(() => client.commands.status !== 'ready');
    for (const call of [() => queue.add(job('b1')), () => queue.state('a1'), () => queue.stats()]) {
      await expect(call()).rejects.toMatchObject(DOWN);
    }
    worker.end('a1');
    await server.restart();
    await client.ready();
    await queue.add(job('b1'));
    await eventually(() => worker.started.includes('b1'));
    worker.end('b1');
    await ended('b1');
    await eventually(async () => {
      // Stored as running when the server died, its end may be lost: then it runs once more.
      worker.end('a1');
      return (await queue.state('a1')) === 'absent';
    }, 30_000);
  }, 60_000);

  it('what is put back meanwhile is put back when it is there again', async () => {
    await start('a1', 'a2');
    await server.kill();
    worker.end('a1', { done: false, putBackMs: DAY_MS });
    worker.end('a2', { done: false, putBackMs: 0 });
    await sleep(100);
    await server.restart();
    await worker.hasStarted(3);
    await client.ready();
    await eventually(async () => (await queue.state('a1')) === 'delayed');
    expect(worker.started).toEqual(['a1', 'a2', 'a2']);
    worker.end('a2');
    await ended('a2');
    await queue.remove('a1');
    expect(await queue.state('a1')).toBe('absent');
  });

  it('a limit holds again', async () => {
    await server.restart();
    await client.ready();
    const concurrency = `${prefixOf(client)}:limited:meta`;
    await eventually(async () => (await client.commands.hget(concurrency, 'concurrency')) === '1');
    for (const id of ['a1', 'a2', 'a3']) await queue.add(job(id, { lane: 'limited' }));
    await worker.endAll(3);
    expect(worker.peak).toBe(1);
  });

  it('closing does not wait for it', async () => {
    await start('a1');
    await server.kill();
    await eventually(() => client.commands.status !== 'ready');
    const closing = worker.close();
    worker.end('a1');
    await closing;
    await queue.close();
  });

  it('a worker that begins meanwhile begins when it is there again', async () => {
    await server.kill();
    const other = new HeldWorker(queue, 1);
    await server.restart();
    await client.ready();
    await queue.add(job('a1'));
    await queue.add(job('a2'));
    await eventually(() => other.started.length + worker.started.length === 2);
    await other.stop();
  });
});

describe('BullmqQueue, when Redis', () => {
  let server: RedisServer;
  let client: RedisClient;
  let opened: OpenedBullmq;
  let queue: BullmqQueue;
  let worker: HeldWorker;
  const warnings: string[] = [];

  beforeAll(async () => {
    server = await RedisServer.start({ durable: true });
    client = await openRedis(server.uri, { timeoutMs: 500 });
    const log = { info: () => {}, warn: (text: string) => warnings.push(text) };
    opened = await openBullmq(client, {}, log);
    ({ queue } = opened);
    worker = new HeldWorker(queue, 50);
  });
  afterAll(async () => {
    await server.revive();
    await worker.stop();
    await opened.close();
    await client.close();
    await server.stop();
  });

  it('was away for longer than the locks last, jobs that ran all the time end once they are told to', async () => {
    const ids = Array.from({ length: 20 }, (_, i) => `a${i}`);
    for (const id of ids) await queue.add(job(id));
    await worker.hasStarted(20);
    await server.kill();
    // Longer than the locks of BullMQ last.
    await sleep(11_000);
    await server.restart();
    await client.ready();
    await queue.add(job('b1'));
    await eventually(() => worker.started.includes('b1'));
    await eventually(async () => {
      for (const id of worker.running) worker.end(id);
      const { waiting, running } = await queue.stats();
      return waiting + running === 0;
    }, 30_000);
    expect(warnings.length).toBeLessThanOrEqual(1);
    await queue.add(job('c1'));
    await eventually(() => worker.started.includes('c1'));
    worker.end('c1');
  }, 60_000);

  it('hangs for a while, the worker goes on', async () => {
    await queue.add(job('d1'));
    await eventually(() => worker.started.includes('d1'));
    server.pause();
    await expect(queue.add(job('d2'))).rejects.toMatchObject(DOWN);
    worker.end('d1');
    await sleep(6000);
    server.resume();
    await client.ready();
    await queue.add(job('d3'));
    await eventually(() => worker.started.includes('d3'));
    worker.end('d3');
    await eventually(async () => {
      for (const id of worker.running) worker.end(id);
      const { waiting, running } = await queue.stats();
      return waiting + running === 0;
    }, 30_000);
  }, 60_000);
});
