import { eventually } from '../../../test/support/eventually.js';
import { type HeldWorker, job } from './queue.testing.js';
import type { NewJob, Queue } from '../queue.js';

const DAY_MS = 86_400_000;
type Work = (concurrency: number, laneLimits?: Record<string, number>) => HeldWorker;

/** Order, bands and positions: part of `queueContract`. */
export function queueOrderContract(opened: () => Queue, work: Work): void {
  let queue: Queue;
  beforeEach(() => {
    queue = opened();
  });

  const add = async (ids: string, more: Partial<NewJob> = {}) => {
    for (const id of ids.split(' ')) await queue.add(job(id, more));
  };
  /** Runs so many jobs one after the other; gives back the order in which they started. */
  const run = async (count: number, worker = work(1)): Promise<string> => {
    await worker.endAll(count);
    return worker.started.join(' ');
  };
  const positions = async (ids: string) => Object.fromEntries(await queue.positions(ids.split(' ')));

  describe('order', () => {
    it('is that of adding for one tenant', async () => {
      await add('a9 a1 a5 a10 a2');
      expect(await run(5)).toBe('a9 a1 a5 a10 a2');
    });

    it('takes turns among tenants', async () => {
      await add('a1 a2 a3 a4 b1 b2 c1');
      expect(await run(7)).toBe('a1 b1 c1 a2 b2 a3 a4');
    });

    it('lets a tenant who comes late wait for one slot, not for all before', async () => {
      await add('a1 a2 a3 a4 a5 a6');
      const worker = work(1);
      await worker.endAll(2);
      await worker.hasStarted(3);
      await add('b1 b2');
      expect(await run(8, worker)).toBe('a1 a2 a3 a4 b1 a5 b2 a6');
    });

    it('gives no credit for having been away', async () => {
      await add('a1 a2 a3 a4 a5');
      const worker = work(1);
      await worker.endAll(3);
      await worker.hasStarted(4);
      await add('b1 b2 b3 b4');
      expect(await run(9, worker)).toBe('a1 a2 a3 a4 a5 b1 b2 b3 b4');
    });

    it('lets nobody starve while others keep adding', async () => {
      const worker = work(1);
      await add('a0 a1 b0 a2 a3');
      for (let i = 4; !worker.started.includes('b0'); i++) {
        const started = worker.started.length;
        await add(`a${i}`);
        worker.end(worker.running[0]);
        await worker.hasStarted(started + 1);
        expect(i).toBeLessThan(10);
      }
    });

    it('begins the tags again when nothing waits', async () => {
      await add('a1 a2 a3');
      for (const id of ['a1', 'a2', 'a3']) await queue.remove(id);
      await add('a4 b1 a5 b2');
      expect(await run(4)).toBe('a4 b1 a5 b2');
    });

    it('goes on with the tags while one is delayed', async () => {
      await add('c1', { delayMs: DAY_MS });
      await add('a1 a2 a3');
      for (const id of ['a1', 'a2', 'a3']) await queue.remove(id);
      await add('a4 b1 b2 b3');
      expect(await run(4)).toBe('b1 b2 b3 a4');
    });

    it('is reckoned for each lane by itself', async () => {
      await add('a1 a2 a3', { lane: 'x' });
      await add('a4 b1', { lane: 'y' });
      await add('b2', { lane: 'x' });
      const started = (await run(6)).split(' ');
      expect(started.filter((id) => ['a1', 'a2', 'a3', 'b2'].includes(id))).toEqual(['a1', 'b2', 'a2', 'a3']);
      expect(started.filter((id) => ['a4', 'b1'].includes(id))).toEqual(['a4', 'b1']);
    });

    it('is start-time fair queueing, whoever comes and whenever', async () => {
      const worker = work(1);
      const waiting: Array<{ id: string; tag: number }> = [];
      const lastTag = new Map<string, number>();
      const expected: string[] = [];
      let startedTag = 0;
      let random = 42;
      const below = (n: number) => (random = (random * 48271) % 2147483647) % n;
      const start = async () => {
        // Sorting keeps the older one first.
        const next = waiting.sort((a, b) => a.tag - b.tag).shift();
        if (!next) return;
        startedTag = next.tag;
        expected.push(next.id);
        if (waiting.length === 0) {
          lastTag.clear();
          startedTag = 0;
        }
        await worker.hasStarted(expected.length);
      };
      for (let i = 0; i < 300; i++) {
        if (below(100) < (i < 200 ? 55 : 20)) {
          const id = `${'aaaabbcd'[below(8)]}${i}`;
          const tag = 1 + Math.max(lastTag.get(id[0]) ?? 0, startedTag);
          lastTag.set(id[0], tag);
          waiting.push({ id, tag });
          await queue.add(job(id));
          if (worker.running.length === 0) await start();
        } else if (worker.running.length > 0) {
          const [id] = worker.running;
          worker.end(id);
          await eventually(async () => (await queue.state(id)) === 'absent');
          await start();
        }
      }
      expect(expected.length).toBeGreaterThan(100);
      expect(worker.started).toEqual(expected);
    });
  });

  describe('bands', () => {
    it('`first` goes ahead of all, `last` after all', async () => {
      await add('d1 d2', { band: 'last' });
      await add('a1 a2');
      await add('b1 b2', { band: 'first' });
      await add('c1');
      await add('a3', { band: 'first' });
      expect(await run(8)).toBe('b1 b2 a3 a1 c1 a2 d1 d2');
    });

    it('`first` moves no tag', async () => {
      await add('a1 a2 a3');
      await add('b1 b2 b3', { band: 'first' });
      const worker = work(1);
      await worker.endAll(2);
      await worker.hasStarted(3);
      await add('b4 b5');
      expect(await run(8, worker)).toBe('b1 b2 b3 a1 b4 a2 b5 a3');
    });

    it('`last` waits for what comes later too', async () => {
      await add('d1 d2', { band: 'last' });
      const worker = work(1);
      await worker.hasStarted(1);
      await add('a1 a2');
      expect(await run(4, worker)).toBe('d1 a1 a2 d2');
    });

    it('`last` waits only for its own lane, where there is room', async () => {
      await add('a1 a2', { lane: 'x' });
      await add('d1', { lane: 'y', band: 'last' });
      const worker = work(3, { x: 1 });
      await worker.hasStarted(2);
      expect([...worker.started].sort()).toEqual(['a1', 'd1']);
    });
  });

  describe('positions', () => {
    it('count what starts before, from 1', async () => {
      await add('a1 a2 a3 b1');
      expect(await positions('a1 a2 a3 b1')).toEqual({ a1: 1, b1: 2, a2: 3, a3: 4 });
      await add('c1', { band: 'first' });
      expect(await positions('a1 a2 a3 b1 c1')).toEqual({ c1: 1, a1: 2, b1: 3, a2: 4, a3: 5 });
      await queue.remove('b1');
      expect(await positions('a1 a2 a3 b1 c1')).toEqual({ c1: 1, a1: 2, a2: 3, a3: 4 });
      expect(await positions('a3')).toEqual({ a3: 4 });
    });

    it('are of each lane by itself', async () => {
      await add('a1 a2', { lane: 'x' });
      await add('a3 b1', { lane: 'y' });
      expect(await positions('a1 a2 a3 b1')).toEqual({ a1: 1, a2: 2, a3: 1, b1: 2 });
    });

    it('leave out what is delayed, runs, is absent or `last`', async () => {
      const worker = work(1);
      await add('a1');
      await worker.hasStarted(1);
      await add('b1', { delayMs: DAY_MS });
      await add('c1', { delayMs: DAY_MS, band: 'first' });
      await add('d1', { band: 'last' });
      await add('a2');
      expect(await positions('a1 b1 c1 d1 nobody a2')).toEqual({ a2: 1 });
    });

    it('move up as jobs start', async () => {
      await add('a1 a2 a3');
      const worker = work(1);
      await worker.hasStarted(1);
      expect(await positions('a1 a2 a3')).toEqual({ a2: 1, a3: 2 });
      worker.end('a1');
      await worker.hasStarted(2);
      expect(await positions('a1 a2 a3')).toEqual({ a3: 1 });
    });

    it('are the order in which jobs start', async () => {
      const ids = Array.from({ length: 60 }, (_, i) => `${'abacad'[(i * i + 3) % 6]}${i}`);
      for (const [i, id] of ids.entries()) await add(id, { band: i % 7 === 3 ? 'first' : 'fair' });
      const found = await queue.positions(ids);
      const expected = [...ids].sort((a, b) => found.get(a)! - found.get(b)!);
      expect([...found.values()].sort((a, b) => a - b)).toEqual(ids.map((_, i) => i + 1));
      expect(await run(60)).toBe(expected.join(' '));
    });
  });
}
