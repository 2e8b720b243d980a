import { Queue as BullQueue } from 'bullmq';
import { eventually } from '../../../test/support/eventually.js';
import { openRedis, redisForTests } from '../../../libs/redis/redis.testing.js';
import { RedisServer } from '../../../test/support/redis.js';
import type { RedisClient } from '../../../libs/redis/index.js';
import { HeldWorker, job } from '../contract/queue.testing.js';
import { COMMON_LANE, QueueBoard } from '../index.js';
import { openBullmq, type OpenedBullmq } from './bullmq.testing.js';
import type { LineQueue } from './line.js';
import { queueName } from './names.js';
import { BullmqQueue, prefixOf } from './queue.js';

const DAY_MS = 86_400_000;

describe('BullmqQueue', () => {
  const redis = redisForTests();
  let client: RedisClient;
  let opened: OpenedBullmq;
  let queue: BullmqQueue;
  const workers: HeldWorker[] = [];

  async function open(limits: Record<string, number> = {}): Promise<void> {
    client = await redis.open();
    opened = await openBullmq(client, limits);
    ({ queue } = opened);
  }
  const work = (concurrency: number) => {
    const worker = new HeldWorker(queue, concurrency);
    workers.push(worker);
    return worker;
  };
  const key = (name: string, lane = '*') => `${prefixOf(client)}:${queueName(lane)}:${name}`;
  const priorityOf = async (id: string) => Number(await client.commands.hget(key(id), 'priority'));
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    await opened.close();
    await client.close();
  });

  it('stops telling tenants apart where BullMQ has no further priorities, until nothing waits', async () => {
    await open();
    const shown = opened.app.get(QueueBoard).queues as LineQueue[];
    const narrow = new BullmqQueue(client, new Map([[COMMON_LANE, shown[0]]]), {}, { greatest: 3 });
    for (const id of ['a1', 'a2', 'a3', 'a4', 'a5', 'b1', 'c1']) await narrow.add(job(id));
    expect(await Promise.all(['a1', 'a2', 'a3', 'a4', 'a5', 'b1', 'c1'].map(priorityOf))).toEqual([
      1, 2, 3, 3, 3, 2, 2,
    ]);
    await narrow.add(job('d1', { band: 'last' }));
    const worker = work(1);
    await worker.endAll(8);
    expect(worker.started).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'a4', 'a5', 'd1']);
    await eventually(async () => (await narrow.stats()).running === 0);
    await narrow.add(job('a6'));
    expect(await priorityOf('a6')).toBe(1);
    await narrow.close();
  });

  it('takes any id and any tenant', async () => {
    await open();
    const ids = [
      'wait',
      'meta',
      'events',
      '1',
      '-7',
      '0:1',
      'a:b:c',
      'a:lock',
      'ü “x”',
      '%',
      '{a}',
      ' ',
      '../x',
      'a\nb',
    ];
    for (const [i, id] of ids.entries()) {
      const tenant = ['', 'started', '\n', 'a:b', '{x}'][i % 5];
      await queue.add({ id, data: { v: 1 }, tenant, lane: COMMON_LANE });
      await queue.add({ id, data: { v: 1 }, tenant: 'x', lane: COMMON_LANE });
    }
    expect((await queue.stats()).waiting).toBe(ids.length);
    await eventually(async () => (await queue.positions(ids)).size === ids.length);
    await queue.remove('%');
    const worker = work(20);
    await worker.endAll(ids.length - 1);
    expect([...worker.started, '%'].sort()).toEqual([...ids].sort());
    await eventually(async () => (await queue.stats()).running === 0);
    for (const id of ids) expect(await queue.state(id)).toBe('absent');
  });

  it('keeps nothing of a job that ended or was removed', async () => {
    await open({ lane: 1 });
    const worker = work(1);
    await queue.add(job('a1'));
    await queue.add(job('a2'));
    await worker.hasStarted(1);
    worker.end('a1', { done: false, putBackMs: 1 });
    await queue.remove('a2');
    await worker.endAll(2);
    await eventually(async () => (await queue.state('a1')) === 'absent');
    const lasting = /\}(-starts:\d+|:(\*|lane):(id|meta|events|marker|stalled-check|pc))$/;
    await eventually(async () => {
      const left = await client.commands.keys(`*${client.keyPrefix}:*`);
      return left.filter((name) => !lasting.test(name)).length === 0;
    });
  });

  it('finds the positions of few and of many alike, reading the line once for all who ask soon', async () => {
    await open();
    const ids = Array.from({ length: 100 }, (_, i) => `${'aab'[i % 3]}${i}`);
    for (const [i, id] of ids.entries()) await queue.add(job(id, { band: i % 10 === 0 ? 'first' : 'fair' }));
    await queue.add(job('d1', { band: 'last' }));
    const many = await queue.positions([...ids, 'd1', 'nobody']);
    expect([...many.values()].sort((a, b) => a - b)).toEqual(ids.map((_, i) => i + 1));
    const [line] = opened.app.get(QueueBoard).queues as LineQueue[];
    const read = jest.spyOn(line, 'getRanges');
    const found = await Promise.all(['a0', 'a1', 'b98', 'd1'].map((id) => queue.positions([id])));
    expect(found.map((of) => [...of.values()])).toEqual(
      ['a0', 'a1', 'b98', 'd1'].map((id) => (many.has(id) ? [many.get(id)] : [])),
    );
    expect(read.mock.calls.length).toBeLessThanOrEqual(1);
    await eventually(async () => (await queue.positions(['a0'])) && read.mock.calls.length > 0);
  });

  it('gives its BullMQ queues to a board, with the bands as names', async () => {
    await open({ x: 1, 'a:b': 2 });
    await queue.add(job('a1'));
    await queue.add(job('d1', { lane: 'x', band: 'last' }));
    await queue.add(job('b1', { delayMs: DAY_MS }));
    const shown = opened.app.get(QueueBoard).queues as BullQueue[];
    expect(shown.map(({ name }) => name)).toEqual(['*', 'x', 'a%3Ab']);
    expect(await shown[0].getJobCounts('prioritized', 'delayed')).toEqual({ prioritized: 1, delayed: 1 });
    expect((await shown[1].getJobs()).map(({ id, name, data }) => ({ id, name, data }))).toEqual([
      { id: 'd1', name: 'last', data: { tenant: 'd', job: { v: 1 } } },
    ]);
    await opened.app.close();
    // The connection is not the board's to close.
    await client.ping();
  });

  it('shows a lane as limited where BullMQ looks', async () => {
    await open({ lane: 3 });
    const worker = work(1);
    await queue.add(job('a1'));
    await worker.hasStarted(1);
    const [common, lane] = opened.app.get(QueueBoard).queues as LineQueue[];
    expect([await common.getGlobalConcurrency(), await lane.getGlobalConcurrency()]).toEqual([null, 3]);
  });

  it('starts a delayed job though who waited for it is gone', async () => {
    await open();
    const leaving = work(1);
    await queue.add(job('b1'));
    await leaving.endAll(1);
    await queue.add(job('a1', { delayMs: 300 }));
    await leaving.stop();
    const worker = work(1);
    await worker.endAll(1);
    expect(worker.started).toEqual(['a1']);
  });

  it('renews the lock of a job that runs', async () => {
    await open();
    await queue.add(job('a1'));
    await work(1).hasStarted(1);
    const left = () => client.commands.pttl(key('a1:lock'));
    await eventually(async () => (await left()) < 8500);
    await eventually(async () => (await left()) > 9000);
  });

  it('takes jobs where there is room in a lane because a worker elsewhere has closed', async () => {
    await open({ lane: 1 });
    const [leaving, staying] = [work(1), work(1)];
    await queue.add(job('a1'));
    await queue.add(job('b1'));
    await eventually(() => leaving.started.length + staying.started.length === 1);
    const [has, waits] = leaving.started.length > 0 ? [leaving, staying] : [staying, leaving];
    const closed = has.close();
    has.end('a1');
    await closed;
    await waits.endAll(1);
    expect([has.started, waits.started]).toEqual([['a1'], ['b1']]);
  });
});

describe('BullmqQueue, made while Redis is away', () => {
  it('rejects at once, and works when Redis is there', async () => {
    const server = await RedisServer.start();
    const client = await openRedis(server.uri, { timeoutMs: 500 });
    await server.kill();
    await eventually(() => client.commands.status !== 'ready');
    const { queue, close } = await openBullmq(client, { lane: 1 });
    const worker = new HeldWorker(queue, 1);
    await expect(queue.add(job('a1'))).rejects.toMatchObject({ code: 'dependency_down' });
    await server.restart();
    await client.ready();
    await queue.add(job('a1', { lane: 'lane' }));
    await worker.endAll(1);
    await worker.close();
    await close();
    await client.close();
    await server.stop();
  });
});
