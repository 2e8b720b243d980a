import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../../test/support/eventually.js';
import { DONE, type HeldWorker, job } from './queue.testing.js';
import type { JobData, Queue } from '../queue.js';

const DAY_MS = 86_400_000;
/** How much clocks and timers may differ. */
const SLACK_MS = 5;
/** What would happen happens sooner. */
const WHILE_MS = 200;

interface UnderTest {
  queue(): Queue;
  work(concurrency: number): HeldWorker;
  positionsAre(expected: Record<string, number>, ids?: string): Promise<unknown>;
}

/** Workers, delays and putting back: part of `queueContract`. */
export function queueWorkContract({ queue: opened, work, positionsAre }: UnderTest): void {
  let queue: Queue;
  beforeEach(() => {
    queue = opened();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const ended = (id: string) => eventually(async () => (await queue.state(id)) === 'absent');
  const delayed = (id: string) => eventually(async () => (await queue.state(id)) === 'delayed');

  describe('a worker', () => {
    it('is given the job as it was added', async () => {
      const data: JobData = { v: 2, text: '“Ж” \n 漢字', number: 1.5, yes: true, no: false, empty: '' };
      const seen: unknown[] = [];
      const worker = queue.work(
        async (given, signal) => {
          seen.push(given, signal instanceof AbortSignal, signal.aborted);
          return DONE;
        },
        { concurrency: 1 },
      );
      await queue.add(job('a1', { data }));
      await ended('a1');
      expect(seen).toEqual([{ id: 'a1', data }, true, false]);
      await worker.close();
    });

    it('runs at most as many as its concurrency', async () => {
      const worker = work(3);
      for (let i = 0; i < 10; i++) await queue.add(job(`${'abc'[i % 3]}${i}`));
      await worker.hasStarted(3);
      expect(await queue.stats()).toMatchObject({ running: 3, waiting: 7 });
      await worker.endAll(10);
      await eventually(async () => (await queue.stats()).running === 0);
      expect(worker.started).toHaveLength(10);
      expect(worker.peak).toBe(3);
    });

    it('takes no more than it is limited to, and goes on at once when it may', async () => {
      const worker = work(10);
      worker.limit(2);
      for (let i = 0; i < 6; i++) await queue.add(job(`${'abc'[i % 3]}${i}`));
      await worker.hasStarted(2);
      await sleep(WHILE_MS);
      expect(await queue.stats()).toMatchObject({ running: 2, waiting: 4 });
      // None of those that run has ended.
      worker.limit(4);
      await worker.hasStarted(4);
      // Below what runs: nothing is interrupted, and nothing new begins before enough have ended.
      worker.limit(1);
      for (const id of worker.running.slice(0, 3)) worker.end(id);
      await eventually(async () => (await queue.stats()).running === 1);
      expect(worker.peak).toBe(4);
      worker.limit(1000);
      await worker.endAll(6);
      await eventually(async () => (await queue.stats()).running === 0);
      expect(worker.started).toHaveLength(6);
    });

    it('shares with others: every job runs once', async () => {
      const ids = Array.from({ length: 40 }, (_, i) => `${'abcd'[i % 4]}${i}`);
      const workers = [work(4), work(4)];
      await Promise.all(ids.map((id) => queue.add(job(id))));
      await eventually(async () => {
        for (const worker of workers) worker.running.forEach((id) => worker.end(id));
        const { waiting, running } = await queue.stats();
        return waiting + running === 0;
      });
      expect(workers.flatMap(({ started }) => started).sort()).toEqual([...ids].sort());
    });

    it('closed takes no job, but waits for the running ones and interrupts none', async () => {
      const worker = work(2);
      await queue.add(job('a1'));
      await queue.add(job('a2'));
      await worker.hasStarted(2);
      let closed = 0;
      const closing = [worker.close(), worker.close()].map((close) => close.then(() => closed++));
      await queue.add(job('b1'));
      worker.end('a1');
      await ended('a1');
      const other = work(1);
      await other.hasStarted(1);
      expect([worker.started, other.started]).toEqual([['a1', 'a2'], ['b1']]);
      expect(closed).toBe(0);
      expect(worker.signals.get('a2')?.aborted).toBe(false);
      worker.end('a2');
      await Promise.all(closing);
      await ended('a2');
      await worker.close();
    });

    it('closed leaves what it puts back to others', async () => {
      const worker = work(1);
      await queue.add(job('a1'));
      await worker.hasStarted(1);
      const closing = worker.close();
      worker.end('a1', { done: false, putBackMs: 0 });
      await closing;
      expect(['waiting', 'delayed']).toContain(await queue.state('a1'));
      const other = work(1);
      await other.endAll(1);
      await ended('a1');
      expect([worker.started, other.started]).toEqual([['a1'], ['a1']]);
    });

    it('with nothing to do closes at once', async () => {
      await work(1).close();
    });
  });

  describe('a delay', () => {
    it('of 0 is none', async () => {
      await queue.add(job('a1', { delayMs: 0 }));
      expect(await queue.state('a1')).toBe('waiting');
    });

    it('holds a job so long, and lets others by', async () => {
      const worker = work(1);
      const from = Date.now();
      await queue.add(job('a1', { delayMs: 300, band: 'first' }));
      await queue.add(job('a2', { delayMs: 100 }));
      expect(await queue.state('a1')).toBe('delayed');
      await queue.add(job('b1'));
      await worker.endAll(3);
      expect(Date.now() - from).toBeGreaterThanOrEqual(300 - SLACK_MS);
      expect(worker.started).toEqual(['b1', 'a2', 'a1']);
    });

    it('over, the job has its place in line', async () => {
      const worker = work(1);
      await queue.add(job('c1'));
      await worker.hasStarted(1);
      await queue.add(job('a1', { delayMs: 50, band: 'first' }));
      await queue.add(job('a2', { delayMs: 50, band: 'last' }));
      for (const id of ['b1', 'b2']) await queue.add(job(id));
      await sleep(60);
      worker.end('c1');
      await worker.hasStarted(2);
      await positionsAre({ b1: 1, b2: 2 }, 'a1 a2 b1 b2');
      expect(await queue.state('a2')).toBe('waiting');
      await worker.endAll(5);
      expect(worker.started).toEqual(['c1', 'a1', 'b1', 'b2', 'a2']);
    });

    it.each([25, 400])('may be %i days', async (days) => {
      const worker = work(2);
      await queue.add(job('a1', { delayMs: days * DAY_MS }));
      await queue.add(job('b1', { delayMs: 50 }));
      await worker.endAll(1);
      await ended('b1');
      expect(worker.started).toEqual(['b1']);
      expect(await queue.state('a1')).toBe('delayed');
    });
  });

  describe('a job put back', () => {
    it('goes ahead of all that have not begun', async () => {
      for (const id of ['a1', 'a2', 'a3']) await queue.add(job(id));
      const worker = work(1);
      await worker.endAll(2);
      await worker.hasStarted(3);
      // Who comes now has fewer before it than `a3` had.
      for (const id of ['b1', 'c1']) await queue.add(job(id));
      worker.end('a3', { done: false, putBackMs: 0 });
      await worker.endAll(6);
      expect(worker.started).toEqual(['a1', 'a2', 'a3', 'a3', 'b1', 'c1']);
    });

    it('is delayed so long, while others run', async () => {
      const worker = work(1);
      await queue.add(job('a1'));
      await worker.hasStarted(1);
      const from = Date.now();
      worker.end('a1', { done: false, putBackMs: 200 });
      await delayed('a1');
      await queue.add(job('b1'));
      await worker.endAll(3);
      expect(Date.now() - from).toBeGreaterThanOrEqual(200 - SLACK_MS);
      await ended('a1');
      expect(worker.started).toEqual(['a1', 'b1', 'a1']);
    });

    it('goes ahead when its time has come, too', async () => {
      for (const id of ['a1', 'b1', 'c1']) await queue.add(job(id));
      const worker = work(1);
      await worker.hasStarted(1);
      worker.end('a1', { done: false, putBackMs: 50 });
      await worker.hasStarted(2);
      await sleep(60);
      await worker.endAll(4);
      expect(worker.started).toEqual(['a1', 'b1', 'a1', 'c1']);
    });

    it('may be put back many times', async () => {
      const worker = work(1);
      await queue.add(job('a1'));
      for (let i = 1; i <= 5; i++) {
        await worker.hasStarted(i);
        worker.end('a1', { done: false, putBackMs: i % 2 });
      }
      await worker.endAll(6);
      await ended('a1');
      expect(worker.started).toHaveLength(6);
    });

    it('stays `last` where it was', async () => {
      const worker = work(1);
      await queue.add(job('d1', { band: 'last' }));
      await worker.hasStarted(1);
      await queue.add(job('a1'));
      worker.end('d1', { done: false, putBackMs: 0 });
      await worker.endAll(3);
      expect(worker.started).toEqual(['d1', 'a1', 'd1']);
    });

    it('for 2 s where the handler rejects or throws', async () => {
      jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
      const starts = new Map<string, number[]>();
      const worker = queue.work(
        ({ id }) => {
          const before = starts.get(id) ?? [];
          starts.set(id, [...before, Date.now()]);
          if (before.length > 0) return Promise.resolve(DONE);
          if (id === 'a1') return Promise.reject(new Error('on purpose'));
          throw new Error('on purpose');
        },
        { concurrency: 2 },
      );
      await queue.add(job('a1'));
      await queue.add(job('b1'));
      await Promise.all(['a1', 'b1'].map(delayed));
      expect((await queue.stats()).running).toBe(0);
      await Promise.all(['a1', 'b1'].map(ended));
      for (const id of ['a1', 'b1']) {
        const [first, second, ...more] = starts.get(id)!;
        expect(more).toEqual([]);
        expect(second - first).toBeGreaterThanOrEqual(2000 - SLACK_MS);
      }
      await worker.close();
    });
  });
}
