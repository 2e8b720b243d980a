import { eventually } from '../../../test/support/eventually.js';
import { HeldWorker, job } from '../contract/queue.testing.js';
import type { NewJob } from '../queue.js';
import { MemoryQueue } from './queue.js';

const DAY_MS = 86_400_000;

describe('MemoryQueue serves tenants by start-time fair queueing', () => {
  let queue: MemoryQueue;
  const workers: HeldWorker[] = [];
  beforeEach(() => {
    queue = new MemoryQueue();
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    await queue.close();
  });
  const work = (concurrency: number) => {
    const worker = new HeldWorker(queue, concurrency);
    workers.push(worker);
    return worker;
  };
  const add = async (ids: string, more: Partial<NewJob> = {}) => {
    for (const id of ids.split(' ')) await queue.add(job(id, more));
  };
  /** Runs so many jobs one after the other; gives back the order in which they started. */
  const run = async (count: number, worker = work(1)): Promise<string> => {
    await worker.endAll(count);
    return worker.started.join(' ');
  };

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

  it('`first` moves no tag', async () => {
    await add('a1 a2 a3');
    await add('b1 b2 b3', { band: 'first' });
    const worker = work(1);
    await worker.endAll(2);
    await worker.hasStarted(3);
    await add('b4 b5');
    expect(await run(8, worker)).toBe('b1 b2 b3 a1 b4 a2 b5 a3');
  });
});
