import { eventually } from '../../../test/support/eventually.js';
import { type HeldWorker, job } from './queue.testing.js';
import type { Queue } from '../queue.js';

const DAY_MS = 86_400_000;

interface UnderTest {
  /** Goes on with an empty queue that has these limits. */
  reopen(limits: Record<string, number>): Promise<Queue>;
  work(concurrency: number): HeldWorker;
  positionsAre(expected: Record<string, number>, ids?: string): Promise<unknown>;
}

/** Lanes and their limits: part of `queueContract`. */
export function queueLanesContract({ reopen, work, positionsAre }: UnderTest): void {
  let queue: Queue;
  const open = async (limits: Record<string, number>) => {
    queue = await reopen(limits);
  };
  const ended = (id: string) => eventually(async () => (await queue.state(id)) === 'absent');

  describe('a lane with a limit', () => {
    it('runs at most so many over all workers, and holds no other lane up', async () => {
      await open({ x: 2 });
      const workers = [work(5), work(5)];
      const running = () => workers.flatMap((worker) => worker.running);
      for (let i = 0; i < 6; i++) await queue.add(job(`a${i}`, { lane: 'x' }));
      for (let i = 0; i < 4; i++) await queue.add(job(`b${i}`));
      for (let left = 6; left > 0; left--) {
        const expected = Math.min(2, left);
        await eventually(
          async () => running().length === expected + 4 && (await queue.stats()).running === expected + 4,
        );
        const ofLane = running().filter((id) => id[0] === 'a');
        expect(ofLane).toHaveLength(expected);
        for (const worker of workers) worker.end(ofLane[0]);
        await ended(ofLane[0]);
      }
    });

    it('has room again when a job is put back', async () => {
      await open({ lane: 1 });
      const worker = work(5);
      await queue.add(job('a1'));
      await queue.add(job('b1'));
      await worker.hasStarted(1);
      worker.end('a1', { done: false, putBackMs: DAY_MS });
      await worker.hasStarted(2);
      expect(worker.started).toEqual(['a1', 'b1']);
      expect(worker.peak).toBe(1);
    });

    it('keeps its order', async () => {
      await open({ lane: 1 });
      for (const id of ['a1', 'b1', 'd1', 'e1']) await queue.add(job(id));
      const worker = work(5);
      await worker.hasStarted(1);
      await queue.add(job('c1', { band: 'first' }));
      await positionsAre({ e1: 4 });
      await worker.endAll(5);
      expect(worker.peak).toBe(1);
      expect(worker.started).toEqual(['a1', 'c1', 'b1', 'd1', 'e1']);
    });

    it.each(['unheard of', 'constructor', '', 'a lane: {“Ж”}'])(
      'is not limited where the queue was not told of it: "%s"',
      async (lane) => {
        await open({ other: 1 });
        const worker = work(10);
        for (let i = 0; i < 10; i++) await queue.add(job(`a${i}`, { lane }));
        await worker.hasStarted(10);
        expect(worker.peak).toBe(10);
      },
    );

    it('may have any name', async () => {
      await open({ 'a lane: {“Ж”}': 1, '': 1, '%': 1, constructor: 1 });
      const worker = work(10);
      const lanes = ['a lane: {“Ж”}', '', '%', 'constructor'];
      for (const [i, lane] of lanes.entries()) {
        await queue.add(job(`a${i}`, { lane }));
        await queue.add(job(`b${i}`, { lane }));
      }
      await worker.hasStarted(4);
      await positionsAre({ b0: 1, b1: 1, b2: 1, b3: 1 });
      expect(worker.peak).toBe(4);
    });
  });

  describe('lanes', () => {
    it('have an order and positions each', async () => {
      await open({ x: 1, y: 1 });
      for (let i = 1; i <= 10; i++) await queue.add(job(`a${i}`, { lane: 'x' }));
      for (const id of ['c1', 'b1', 'a0']) await queue.add(job(id, { lane: 'y' }));
      const worker = work(5);
      await worker.hasStarted(2);
      expect([...worker.started].sort()).toEqual(['a1', 'c1']);
      await positionsAre({ a2: 1, a10: 9, b1: 1, a0: 2 }, 'a1 a2 a10 c1 b1 a0');
    });

    it('`last` waits only for its own, where there is room', async () => {
      await open({ x: 1 });
      for (const id of ['a1', 'a2']) await queue.add(job(id, { lane: 'x' }));
      await queue.add(job('d1', { band: 'last' }));
      const worker = work(3);
      await worker.hasStarted(2);
      expect([...worker.started].sort()).toEqual(['a1', 'd1']);
    });
  });

  describe('lanes of a worker with a limit', () => {
    const LANES = { a: 'x', b: 'y' } as const;
    /** One above, where both lanes fetch at once. */
    const MOST = 5;
    const fill = async (lane: 'a' | 'b', count: number) => {
      for (let i = 0; i < count; i++) await queue.add(job(`${lane}${i}`, { lane: LANES[lane] }));
    };
    const of = (worker: HeldWorker, lane: string) => worker.running.filter((id) => id[0] === lane);
    const both = async (): Promise<HeldWorker> => {
      await open({ x: 1000, y: 1000 });
      const worker = work(100);
      await fill('a', 1);
      await fill('b', 1);
      await worker.endAll(2);
      await Promise.all(['a0', 'b0'].map(ended));
      worker.peak = 0;
      return worker;
    };

    it('share it where both were idle', async () => {
      const worker = await both();
      worker.limit(4);
      await Promise.all([fill('a', 10), fill('b', 10)]);
      await worker.hasStarted(2 + 4);
      // Each that ends makes room for one: whatever else began would show in the peak.
      await worker.endAll(2 + 20);
      await eventually(async () => (await queue.stats()).running === 0);
      expect(worker.peak).toBeLessThanOrEqual(MOST);
    });

    it('give one another what is left', async () => {
      const worker = await both();
      await fill('a', 4);
      await eventually(() => of(worker, 'a').length === 4);
      worker.limit(4);
      await fill('b', 10);
      for (const id of of(worker, 'a')) worker.end(id);
      await eventually(() => of(worker, 'b').length >= 4);
      expect(worker.peak).toBeLessThanOrEqual(MOST);
      await worker.endAll(2 + 14);
    });
  });
}
