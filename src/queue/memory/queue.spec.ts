import { queueContract } from '../contract/queue.contract.js';
import { HeldWorker, job } from '../contract/queue.testing.js';
import { MemoryQueue } from './queue.js';
import { Sorted } from './sorted.js';
import { StartRate } from './start-rate.js';

const DAY_MS = 86_400_000;

queueContract('memory', async (limits) => {
  const queue = new MemoryQueue(limits);
  return { queue, close: () => queue.close() };
});

describe('MemoryQueue', () => {
  let queue: MemoryQueue;
  beforeEach(() => {
    queue = new MemoryQueue();
  });
  afterEach(async () => {
    jest.useRealTimers();
    await queue.close();
  });
  const fakeTime = () => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('serves the lane that was served longest ago, one where only `last` jobs wait after all others', async () => {
    await queue.close();
    queue = new MemoryQueue({ x: 9, y: 9, z: 9 });
    await queue.add(job('d1', { lane: 'z', band: 'last' }));
    for (const id of ['a1', 'a2', 'a3']) await queue.add(job(id, { lane: 'x' }));
    for (const id of ['b1', 'b2']) await queue.add(job(id, { lane: 'y' }));
    const worker = new HeldWorker(queue, 1);
    await worker.endAll(6);
    expect(worker.started).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'd1']);
  });

  it('starts a delayed job when it is due, though that is further off than a timer can wait', async () => {
    fakeTime();
    const worker = new HeldWorker(queue, 1);
    await queue.add(job('a1', { delayMs: 60 * DAY_MS }));
    await jest.advanceTimersByTimeAsync(60 * DAY_MS - 1);
    await turn();
    expect(worker.started).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    await turn();
    expect(worker.started).toEqual(['a1']);
  });

  it('tells starts per second, over the last ten', async () => {
    fakeTime();
    const worker = new HeldWorker(queue, 30);
    for (let i = 0; i < 30; i++) await queue.add(job(`a${i}`));
    await turn();
    expect(worker.started).toHaveLength(30);
    expect((await queue.stats()).startsPerSecond).toBe(3);
    await jest.advanceTimersByTimeAsync(8000);
    expect((await queue.stats()).startsPerSecond).toBe(3);
    await jest.advanceTimersByTimeAsync(3000);
    expect((await queue.stats()).startsPerSecond).toBe(0);
  });

  it('closed starts nothing, neither what is due nor what a handler puts back', async () => {
    fakeTime();
    const worker = new HeldWorker(queue, 1);
    await queue.add(job('a1'));
    await queue.add(job('b1', { delayMs: 1000 }));
    await turn();
    await queue.close();
    worker.end('a1', { done: false, putBackMs: 500 });
    await turn();
    await queue.add(job('c1'));
    await jest.advanceTimersByTimeAsync(5000);
    await turn();
    expect(worker.started).toEqual(['a1']);
    expect(worker.signals.get('a1')?.aborted).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('StartRate', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('forgets second by second', () => {
    jest.useFakeTimers({ now: 1_000_000_000_000 });
    const rate = new StartRate();
    for (let second = 0; second < 25; second++) {
      for (let i = 0; i < second; i++) rate.count();
      let expected = 0;
      for (let last = Math.max(0, second - 9); last <= second; last++) expected += last;
      expect(rate.perSecond).toBe(expected / 10);
      jest.advanceTimersByTime(1000);
    }
    jest.advanceTimersByTime(9000);
    expect(rate.perSecond).toBe(0);
  });
});

describe('Sorted', () => {
  it('keeps what it holds in order', () => {
    const sorted = new Sorted<number>((a, b) => a - b);
    expect(sorted.first).toBeUndefined();
    const numbers = Array.from({ length: 101 }, (_, i) => (i * 37) % 101);
    for (const n of numbers) sorted.add(n);
    expect(sorted.length).toBe(101);
    for (const n of numbers) expect(sorted.indexOf(n)).toBe(n);
    for (const n of numbers.filter((one) => one % 2 === 0)) sorted.remove(n);
    expect([sorted.length, sorted.first, sorted.indexOf(99), sorted.indexOf(50)]).toEqual([50, 1, 49, 25]);
  });
});
