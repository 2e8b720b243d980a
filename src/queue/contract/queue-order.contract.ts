import { eventually } from '../../../test/support/eventually.js';
import { type HeldWorker, job } from './queue.testing.js';
import type { NewJob, Queue } from '../queue.js';

const DAY_MS = 86_400_000;

interface UnderTest {
  queue(): Queue;
  work(concurrency: number): HeldWorker;
  positionsAre(expected: Record<string, number>, ids?: string): Promise<unknown>;
}

/** Order, bands and positions: part of `queueContract`. */
export function queueOrderContract({ queue: opened, work, positionsAre }: UnderTest): void {
  let queue: Queue;
  beforeEach(() => {
    queue = opened();
  });

  const add = async (ids: string, more: Partial<NewJob> = {}) => {
    for (const id of ids.split(' ')) await queue.add(job(id, more));
  };
  const numbered = (tenant: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${tenant}${i + 1}`).join(' ');
  /** Runs so many jobs one after the other; gives back the order in which they started. */
  const run = async (count: number, worker = work(1)): Promise<string> => {
    await worker.endAll(count);
    return worker.started.join(' ');
  };
  /** Ends what runs until a job has started; gives back how many started before it from now on. */
  const startedBefore = async (id: string, worker: HeldWorker): Promise<number> => {
    const already = worker.started.length;
    while (!worker.started.includes(id)) {
      const { length } = worker.started;
      for (const running of worker.running) worker.end(running);
      await worker.hasStarted(length + 1);
    }
    return worker.started.indexOf(id) - already;
  };

  describe('order', () => {
    it('is that of adding for one tenant', async () => {
      await add('a9 a1 a5 a10 a2');
      expect(await run(5)).toBe('a9 a1 a5 a10 a2');
    });

    it('is that of adding for one tenant, whatever else comes and goes', async () => {
      const worker = work(3);
      await add('a1 a2 a3 a4 a5 b1 b2 c1 d1');
      await worker.hasStarted(3);
      for (const id of worker.running) worker.end(id);
      await worker.hasStarted(6);
      await add('a6 b3 e1 a7 c2');
      await worker.endAll(14);
      expect(worker.started.filter((id) => id[0] === 'a').join(' ')).toBe(numbered('a', 7));
    });

    it('is that of adding among tenants with one each', async () => {
      await add('d1 a1 c1 b1');
      expect(await run(4)).toBe('d1 a1 c1 b1');
    });

    it('starts one of another tenant among the next three, however many one has', async () => {
      await Promise.all(
        numbered('a', 200)
          .split(' ')
          .map((id) => queue.add(job(id))),
      );
      await add('b1');
      const worker = work(1);
      await worker.hasStarted(1);
      // The first three begin with the one that runs.
      if (worker.started[0] !== 'b1') expect(await startedBefore('b1', worker)).toBeLessThanOrEqual(1);
    });

    it.each([1, 4])('does so too for who comes later, where %i run', async (concurrency) => {
      await add(numbered('a', 30));
      const worker = work(concurrency);
      await worker.endAll(8);
      await worker.hasStarted(8 + concurrency);
      await add('b1 c1');
      // Each end makes room for one.
      const before = worker.started.length;
      worker.end(worker.running[0]);
      await worker.hasStarted(before + 1);
      worker.end(worker.running[0]);
      await worker.hasStarted(before + 2);
      worker.end(worker.running[0]);
      await worker.hasStarted(before + 3);
      expect(worker.started.slice(before)).toContain('b1');
    });

    it('lets nobody starve while another keeps adding', async () => {
      const worker = work(1);
      await add('a1 a2 b1 a3');
      for (let i = 4; !worker.started.includes('b1'); i++) {
        const { length } = worker.started;
        await add(`a${i}`);
        worker.end(worker.running[0]);
        await worker.hasStarted(length + 1);
        expect(i).toBeLessThan(10);
      }
    });

    it('lets nobody’s many starve while new tenants keep coming', async () => {
      const worker = work(1);
      await add('a1 a2 a3 a4');
      await worker.hasStarted(1);
      for (let i = 1; !worker.started.includes('a4'); i++) {
        const { length } = worker.started;
        await queue.add(job(`n${i}`, { tenant: `tenant ${i}` }));
        worker.end(worker.running[0]);
        await worker.hasStarted(length + 1);
      }
    });

    it('forgets what was, when nothing waits any more', async () => {
      const worker = work(1);
      await add(numbered('a', 10));
      await worker.endAll(10);
      await eventually(async () => (await queue.state('a10')) === 'absent');
      await add('x1');
      await worker.hasStarted(11);
      await add('b1 c1 d1');
      await add('a11');
      await worker.endAll(15);
      expect(worker.started.slice(-4).join(' ')).toBe('b1 c1 d1 a11');
    });
  });

  describe('bands', () => {
    it('`first` goes ahead of all, `last` after all', async () => {
      await add('d1 d2', { band: 'last' });
      await add('a1 a2');
      await add('b1 b2', { band: 'first' });
      await add('c1');
      await add('a3', { band: 'first' });
      const started = (await run(8)).split(' ');
      expect(started.slice(0, 3)).toEqual(['b1', 'b2', 'a3']);
      expect(started.slice(3, 6).sort()).toEqual(['a1', 'a2', 'c1']);
      expect(started.slice(6)).toEqual(['d1', 'd2']);
    });

    it('`last` waits for what comes later too', async () => {
      await add('d1 d2', { band: 'last' });
      const worker = work(1);
      await worker.hasStarted(1);
      await add('a1 a2');
      expect(await run(4, worker)).toBe('d1 a1 a2 d2');
    });
  });

  describe('positions', () => {
    it('count what starts before, from 1', async () => {
      await add('a1 b1 c1 d1');
      await positionsAre({ a1: 1, b1: 2, c1: 3, d1: 4 });
      await add('e1', { band: 'first' });
      await positionsAre({ e1: 1, a1: 2, b1: 3, c1: 4, d1: 5 });
      await queue.remove('b1');
      await positionsAre({ e1: 1, a1: 2, c1: 3, d1: 4 }, 'a1 b1 c1 d1 e1');
      await positionsAre({ d1: 4 });
    });

    it('leave out what is delayed, runs, is absent or `last`', async () => {
      const worker = work(1);
      await add('a1');
      await worker.hasStarted(1);
      await add('b1', { delayMs: DAY_MS });
      await add('c1', { delayMs: DAY_MS, band: 'first' });
      await add('d1', { band: 'last' });
      await add('a2');
      await positionsAre({ a2: 1 }, 'a1 b1 c1 d1 nobody a2');
    });

    it('move up as jobs start', async () => {
      await add('a1 a2 a3');
      const worker = work(1);
      await worker.hasStarted(1);
      await positionsAre({ a2: 1, a3: 2 }, 'a1 a2 a3');
      worker.end('a1');
      await worker.hasStarted(2);
      await positionsAre({ a3: 1 }, 'a1 a2 a3');
    });

    it('are the order in which jobs start', async () => {
      const ids = Array.from({ length: 30 }, (_, i) => `${'abacad'[(i * i + 3) % 6]}${i}`);
      for (const [i, id] of ids.entries()) await add(id, { band: i % 7 === 3 ? 'first' : 'fair' });
      const found = await eventually(async () => {
        const all = await queue.positions(ids);
        return all.size === ids.length ? all : undefined;
      });
      const expected = [...ids].sort((a, b) => found.get(a)! - found.get(b)!);
      expect([...found.values()].sort((a, b) => a - b)).toEqual(ids.map((_, i) => i + 1));
      expect(await run(30)).toBe(expected.join(' '));
    });
  });
}
