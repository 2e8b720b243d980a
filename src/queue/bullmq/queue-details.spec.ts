import { Test } from '@nestjs/testing';
import { eventually } from '../../../test/support/eventually.js';
import { redisForTests } from '../../../libs/redis/redis.testing.js';
import type { RedisClient } from '../../../libs/redis/index.js';
import { BullmqBoard } from './bullmq-board.js';
import { LAST_PRIORITY } from './bullmq-names.js';
import { BullmqQueue, type BullmqQueueOptions } from './queue.js';
import { HeldWorker, job } from '../contract/queue.testing.js';

const DAY_MS = 86_400_000;

describe('BullmqQueue', () => {
  const redis = redisForTests();
  let client: RedisClient;
  let queue: BullmqQueue;
  const workers: HeldWorker[] = [];

  async function open(options: BullmqQueueOptions = {}): Promise<void> {
    client = await redis.open();
    queue = new BullmqQueue(client, { pulseMs: 50, ...options });
  }
  const work = (concurrency: number, limits?: Record<string, number>) => {
    const worker = new HeldWorker(queue, concurrency, limits);
    workers.push(worker);
    return worker;
  };
  const key = (name: string, lane = 'lane') => `${client.tagged('queue')}:${lane}:${name}`;
  const positions = async (ids: string) => Object.fromEntries(await queue.positions(ids.split(' ')));
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    await queue.close();
    await client.close();
  });

  describe('fair tags', () => {
    const priorities = async () =>
      Promise.all(
        (await client.commands.zrange(key('prioritized'), 0, -1)).map((id) =>
          client.commands.hget(key(id), 'priority'),
        ),
      );

    it('come down before they reach what BullMQ can hold, and the order stays', async () => {
      await open({ greatestTag: 12 });
      const worker = work(1);
      await queue.add(job('a0'));
      await queue.add(job('x0', { tenant: 'x', delayMs: DAY_MS }));
      await worker.hasStarted(1);
      const expected = ['a0'];
      // Three wait all the time: the tags never begin again by themselves.
      for (const id of ['a1', 'b1', 'c1']) await queue.add(job(id));
      for (let round = 2; round < 20; round++) {
        for (const tenant of 'abc') {
          expected.push(`${tenant}${round - 1}`);
          await queue.add(job(`${tenant}${round}`));
          worker.end(worker.running[0]);
          await worker.hasStarted(expected.length);
        }
        const found = (await priorities()).map(Number);
        expect(Math.max(...found)).toBeLessThanOrEqual(12);
        expect(Math.min(...found)).toBeGreaterThanOrEqual(1);
      }
      expect(worker.started).toEqual(expected);
      for (const id of ['a20', 'a21', 'd1']) await queue.add(job(id));
      expect(await positions('a19 b19 c19 d1 a20 a21')).toEqual({ a19: 1, b19: 2, c19: 3, d1: 4, a20: 5, a21: 6 });
      const [{ length }] = [Object.keys(await client.commands.hgetall(`${client.tagged('queue')}-tags:lane`))];
      expect(length).toBeLessThanOrEqual(7);
    });

    it('that came down are those of their tenants still', async () => {
      await open({ greatestTag: 6 });
      for (const id of ['a1', 'a2', 'a3', 'a4', 'a5', 'a6']) await queue.add(job(id));
      const worker = work(1);
      await worker.endAll(3);
      await worker.hasStarted(4);
      for (const id of ['b1', 'b2', 'b3', 'a7']) await queue.add(job(id));
      expect((await priorities()).map(Number)).toEqual([1, 1, 2, 2, 3, 3]);
      expect(await positions('a5 b1 a6 b2 b3 a7')).toEqual({ a5: 1, b1: 2, a6: 3, b2: 4, b3: 5, a7: 6 });
    });

    it('that cannot come down stay at the greatest, in the order of adding', async () => {
      await open({ greatestTag: 3 });
      for (const id of ['a1', 'a2', 'a3', 'a4', 'a5', 'b1']) await queue.add(job(id));
      expect((await priorities()).map(Number)).toEqual([1, 1, 2, 3, 3, 3]);
      const worker = work(1);
      await worker.endAll(6);
      expect(worker.started).toEqual(['a1', 'b1', 'a2', 'a3', 'a4', 'a5']);
    });

    it('leave room for `last`, whatever they are', async () => {
      await open();
      await queue.add(job('d1', { band: 'last' }));
      await client.commands.hset(`${client.tagged('queue')}-tags:lane`, {
        started: LAST_PRIORITY - 2,
        top: LAST_PRIORITY - 2,
      });
      for (const id of ['a1', 'a2', 'a3']) await queue.add(job(id));
      const worker = work(1);
      await worker.endAll(4);
      expect(worker.started).toEqual(['a1', 'a2', 'a3', 'd1']);
    });
  });

  it('takes any id, any lane and any tenant', async () => {
    await open();
    const ids = ['wait', 'meta', 'events', '1', '0:1', 'a:lock', 'ü “x”', '%', '{a}', ' ', '../x', 'a\nb'];
    for (const [i, id] of ids.entries()) {
      const lane = ['', ':', '{x}', 'lanes', '*', 'ü', '%'][i % 7];
      await queue.add({ id, data: { v: 1 }, tenant: ['', 'started', '\n'][i % 3], lane });
      await queue.add({ id, data: { v: 1 }, tenant: 'x', lane });
    }
    expect((await queue.stats()).waiting).toBe(ids.length);
    expect([...(await queue.positions(ids)).keys()].sort()).toEqual([...ids].sort());
    expect(await queue.remove('%')).toBe(true);
    const worker = work(20);
    await worker.endAll(ids.length - 1);
    expect([...worker.started, '%'].sort()).toEqual([...ids].sort());
    await eventually(async () => (await queue.stats()).running === 0);
    for (const id of ids) expect(await queue.state(id)).toBe('absent');
  });

  it('keeps nothing of a job that ended', async () => {
    await open();
    const worker = work(1, { lane: 1 });
    await queue.add(job('a1'));
    await worker.hasStarted(1);
    worker.end('a1', { done: false, putBackMs: 1 });
    await worker.endAll(2);
    await eventually(async () => (await queue.state('a1')) === 'absent');
    const left = (await client.commands.keys(`${client.tagged('queue')}*`)).map((name) => name.split('}')[1]);
    const lasting = /^(-lanes|-tags:lane|-arrivals:lane|-starts:\d+|:lane:(id|meta|events|marker|stalled-check|pc))$/;
    expect(left.filter((name) => !lasting.test(name))).toEqual([]);
  });

  it('adds a job though BullMQ has one of its id among the failed', async () => {
    await open();
    await queue.add(job('a1'));
    await client.commands.zrem(key('prioritized'), 'a1');
    await client.commands.zadd(key('failed'), Date.now(), 'a1');
    expect(await queue.state('a1')).toBe('absent');
    expect(await queue.remove('a1')).toBe(false);
    await queue.add(job('a1', { lane: 'other' }));
    expect(await queue.state('a1')).toBe('waiting');
    expect(await client.commands.zcard(key('failed'))).toBe(0);
    await work(1).endAll(1);
  });

  it('finds the positions of few and of many alike', async () => {
    await open();
    const ids = Array.from({ length: 100 }, (_, i) => `${'aab'[i % 3]}${i}`);
    for (const [i, id] of ids.entries()) await queue.add(job(id, { band: i % 10 === 0 ? 'first' : 'fair' }));
    await queue.add(job('d1', { band: 'last' }));
    const many = await queue.positions([...ids, 'd1', 'nobody']);
    expect([...many.values()].sort((a, b) => a - b)).toEqual(ids.map((_, i) => i + 1));
    for (const id of ['a0', 'a1', 'b98', 'd1']) {
      expect((await queue.positions([id])).get(id)).toBe(many.get(id));
    }
  });

  it('gives its BullMQ queues to a board, with the bands as names', async () => {
    await open();
    await queue.add(job('a1', { lane: '*' }));
    await queue.add(job('d1', { lane: 'x', band: 'last' }));
    await queue.add(job('b1', { lane: '*', delayMs: DAY_MS }));
    const app = await Test.createTestingModule({ providers: [BullmqBoard] }).compile();
    const board = app.get(BullmqBoard);
    const shown = await board.queues(await queue.lanes());
    expect(shown.map(({ name }) => name)).toEqual(['*', 'x']);
    await queue.add(job('c1', { lane: 'a:b' }));
    const more = await board.queues(await queue.lanes());
    expect(more.map(({ name }) => name)).toEqual(['*', 'a%3Ab', 'x']);
    expect([more[0] === shown[0], more[2] === shown[1]]).toEqual([true, true]);
    expect(await shown[0].getJobCounts('prioritized', 'delayed')).toEqual({ prioritized: 1, delayed: 1 });
    expect((await shown[1].getJobs()).map(({ id, name, data }) => ({ id, name, data }))).toEqual([
      { id: 'd1', name: 'last', data: { v: 1 } },
    ]);
    await app.close();
    // The connection is not the board's to close.
    await client.ping();
  });

  it('shows a lane as limited where BullMQ looks', async () => {
    await open();
    const worker = work(1, { lane: 3 });
    await queue.add(job('a1'));
    await worker.hasStarted(1);
    expect(await client.commands.hget(key('meta'), 'concurrency')).toBe('3');
    await worker.stop();
    work(1);
    await eventually(async () => (await client.commands.hget(key('meta'), 'concurrency')) === null);
  });

  it('starts a delayed job though who waited for it is gone', async () => {
    await open();
    const leaving = work(1);
    await queue.add(job('b1'));
    await leaving.endAll(1);
    await queue.add(job('a1', { delayMs: 1500 }));
    await leaving.stop();
    const worker = work(1);
    await worker.endAll(1);
    expect(worker.started).toEqual(['a1']);
  });
});
