import { isDeepStrictEqual } from 'node:util';
import { queueLanesContract } from './queue-lanes.contract.js';
import { queueOrderContract } from './queue-order.contract.js';
import { queueWorkContract } from './queue-work.contract.js';
import { HeldWorker, job, type OpenedQueue, type OpenQueue } from './queue.testing.js';
import { eventually } from '../../../test/support/eventually.js';
import type { Queue } from '../queue.js';

const DAY_MS = 86_400_000;

/** What every Queue must do. `openBroken` gives one whose backend does not answer. */
export function queueContract(name: string, open: OpenQueue, openBroken?: OpenQueue): void {
  describe(`Queue: ${name}`, () => {
    let opened: OpenedQueue;
    let queue: Queue;
    let workers: HeldWorker[];

    const reopen = async (limits: Record<string, number>): Promise<Queue> => {
      await opened?.close();
      opened = await open(limits);
      return (queue = opened.queue);
    };
    beforeEach(async () => {
      workers = [];
      await reopen({});
    });
    afterEach(async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await opened.close();
    });

    const work = (concurrency: number): HeldWorker => {
      const worker = new HeldWorker(queue, concurrency);
      workers.push(worker);
      return worker;
    };
    const positions = async (ids: string) => Object.fromEntries(await queue.positions(ids.split(' ')));
    const positionsAre = (expected: Record<string, number>, ids = Object.keys(expected).join(' ')) =>
      eventually(async () => isDeepStrictEqual(await positions(ids), expected));
    const ended = (id: string) => eventually(async () => (await queue.state(id)) === 'absent');

    describe('add', () => {
      it('of an id that waits changes nothing', async () => {
        await queue.add(job('a1'));
        await queue.add(job('b1'));
        await queue.add(job('b1', { band: 'first' }));
        await queue.add(job('a1', { delayMs: DAY_MS }));
        expect(await queue.state('a1')).toBe('waiting');
        await positionsAre({ a1: 1, b1: 2 });
        expect((await queue.stats()).waiting).toBe(2);
      });

      it('of an id that is delayed changes nothing', async () => {
        await queue.add(job('a1', { delayMs: DAY_MS }));
        await queue.add(job('a1'));
        expect(await queue.state('a1')).toBe('delayed');
        expect((await queue.stats()).waiting).toBe(1);
      });

      it('of an id that runs changes nothing', async () => {
        const worker = work(5);
        await queue.add(job('a1'));
        await worker.hasStarted(1);
        await queue.add(job('a1'));
        expect(await queue.state('a1')).toBe('running');
        worker.end('a1');
        await ended('a1');
        await queue.add(job('b1'));
        await worker.hasStarted(2);
        expect(worker.started).toEqual(['a1', 'b1']);
      });

      it('of an id that is done with or was removed is a new job', async () => {
        const worker = work(1);
        await queue.add(job('a1'));
        await worker.hasStarted(1);
        await queue.add(job('b1'));
        await queue.remove('b1');
        await queue.add(job('b1'));
        worker.end('a1');
        await worker.hasStarted(2);
        await queue.add(job('a1'));
        worker.end('b1');
        await worker.hasStarted(3);
        expect(worker.started).toEqual(['a1', 'b1', 'a1']);
      });

      it('of the same id many times at once is one job', async () => {
        await Promise.all(Array.from({ length: 20 }, () => queue.add(job('a1'))));
        expect((await queue.stats()).waiting).toBe(1);
        const worker = work(5);
        await worker.endAll(1);
        await ended('a1');
        expect(worker.started).toEqual(['a1']);
      });
    });

    describe('remove', () => {
      it('takes a waiting or delayed job, of any band, off the queue', async () => {
        const jobs = [
          job('a1'),
          job('a2', { band: 'first' }),
          job('a3', { band: 'last' }),
          job('b1', { delayMs: DAY_MS }),
          job('b2', { delayMs: DAY_MS, band: 'last' }),
        ];
        for (const one of jobs) await queue.add(one);
        await queue.add(job('c1'));
        for (const { id } of jobs) {
          await queue.remove(id);
          await queue.remove(id);
          expect([id, await queue.state(id)]).toEqual([id, 'absent']);
        }
        expect(await queue.stats()).toMatchObject({ waiting: 1, running: 0 });
        await positionsAre({ c1: 1 }, 'a1 a2 c1');
        const worker = work(5);
        await worker.endAll(1);
        await ended('c1');
        expect(worker.started).toEqual(['c1']);
      });

      it('leaves a running one and an absent one alone', async () => {
        const worker = work(1);
        await queue.add(job('a1'));
        await worker.hasStarted(1);
        await queue.remove('a1');
        await queue.remove('b1');
        expect(await queue.state('a1')).toBe('running');
        expect(worker.signals.get('a1')?.aborted).toBe(false);
      });

      it('takes a job that was put back', async () => {
        const worker = work(1);
        await queue.add(job('a1'));
        await worker.hasStarted(1);
        worker.end('a1', { done: false, putBackMs: DAY_MS });
        await eventually(async () => (await queue.state('a1')) === 'delayed');
        await queue.remove('a1');
        expect(await queue.state('a1')).toBe('absent');
      });
    });

    it('either a worker gets a job or who removes it', async () => {
      const ids = Array.from({ length: 30 }, (_, i) => `${'abcde'[i % 5]}${i}`);
      for (const id of ids) await queue.add(job(id));
      const worker = work(3);
      const isEmpty = async () => {
        for (const id of worker.running) worker.end(id);
        const { waiting, running } = await queue.stats();
        return waiting + running === 0;
      };
      const ending = eventually(isEmpty);
      for (const id of [...ids].reverse()) {
        await queue.remove(id);
        await new Promise((resolve) => setTimeout(resolve));
      }
      await ending;
      await Promise.all(ids.map(ended));
      expect(new Set(worker.started).size).toBe(worker.started.length);
    });

    describe('state and stats', () => {
      it('tell of an empty queue', async () => {
        expect(await queue.state('a1')).toBe('absent');
        expect(await queue.positions([])).toEqual(new Map());
        expect(await queue.stats()).toEqual({ waiting: 0, running: 0, oldestWaitingMs: 0, startsPerSecond: 0 });
      });

      it('follow a job from waiting to its end', async () => {
        await queue.add(job('a1'));
        expect(await queue.state('a1')).toBe('waiting');
        expect(await queue.stats()).toMatchObject({ waiting: 1, running: 0 });
        const worker = work(1);
        await worker.hasStarted(1);
        expect(await queue.state('a1')).toBe('running');
        expect(await queue.stats()).toMatchObject({ waiting: 0, running: 1, oldestWaitingMs: 0 });
        worker.end('a1', { done: false, putBackMs: DAY_MS });
        await eventually(async () => (await queue.state('a1')) === 'delayed');
        expect(await queue.stats()).toMatchObject({ waiting: 1, running: 0, oldestWaitingMs: 0 });
        await queue.add(job('b1'));
        await worker.endAll(2);
        await ended('b1');
        expect(await queue.stats()).toMatchObject({ waiting: 1, running: 0 });
      });

      it('count what is delayed as waiting, and `last` ones only when they run', async () => {
        await queue.add(job('a1', { delayMs: DAY_MS }));
        await queue.add(job('a2', { delayMs: DAY_MS, band: 'first' }));
        await queue.add(job('a3', { delayMs: DAY_MS, band: 'last' }));
        await queue.add(job('a4', { band: 'last' }));
        expect(await queue.state('a3')).toBe('delayed');
        expect(await queue.state('a4')).toBe('waiting');
        expect(await queue.stats()).toMatchObject({ waiting: 3, running: 0, oldestWaitingMs: 0 });
        await work(1).hasStarted(1);
        expect(await queue.stats()).toMatchObject({ waiting: 3, running: 1 });
        await queue.remove('a3');
        expect(await queue.stats()).toMatchObject({ waiting: 2, running: 1 });
      });

      it('tell the age of what waits, whatever is delayed', async () => {
        await queue.add(job('a1', { delayMs: DAY_MS }));
        const from = Date.now();
        await queue.add(job('b1'));
        await eventually(async () => (await queue.stats()).oldestWaitingMs >= 30, 5000);
        await queue.add(job('c1', { band: 'first' }));
        const { oldestWaitingMs } = await queue.stats();
        expect(oldestWaitingMs).toBeGreaterThanOrEqual(30);
        expect(oldestWaitingMs).toBeLessThanOrEqual(Date.now() - from + 5);
        await queue.remove('b1');
        await eventually(async () => (await queue.stats()).oldestWaitingMs >= 30, 5000);
        await queue.remove('c1');
        expect((await queue.stats()).oldestWaitingMs).toBe(0);
      });

      it('tell no age of what goes last', async () => {
        await queue.add(job('d1', { band: 'last' }));
        await eventually(async () => (await queue.state('d1')) === 'waiting');
        expect((await queue.stats()).oldestWaitingMs).toBe(0);
      });

      it('count what has started', async () => {
        for (const id of ['a1', 'a2', 'a3']) await queue.add(job(id));
        await work(3).hasStarted(3);
        await eventually(async () => (await queue.stats()).startsPerSecond > 0);
      });
    });

    queueOrderContract({ queue: () => queue, work, positionsAre });
    queueLanesContract({ reopen, work, positionsAre });
    queueWorkContract({ queue: () => queue, work, positionsAre });

    it('closes any number of times, and gives up what runs', async () => {
      const worker = work(1);
      await queue.add(job('a1'));
      await queue.add(job('a2', { delayMs: DAY_MS }));
      await worker.hasStarted(1);
      await Promise.all([queue.close(), queue.close()]);
      await queue.close();
      await eventually(() => worker.signals.get('a1')?.aborted);
    });

    if (!openBroken) return;
    it('rejects with dependency_down where the backend does not answer', async () => {
      const broken = await openBroken();
      const calls: Array<() => Promise<unknown>> = [
        () => broken.queue.add(job('a1')),
        () => broken.queue.remove('a1'),
        () => broken.queue.state('a1'),
        () => broken.queue.positions(['a1']),
        () => broken.queue.stats(),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'dependency_down', status: 503 });
      await broken.close();
    });
  });
}
