import { leasesContract } from '../contract/leases.contract.js';
import { LEASE_LIFE_MS } from '../leases.js';
import { MemoryLeases } from './leases.js';

leasesContract('memory', async (lifeMs) => {
  const leases = new MemoryLeases(lifeMs);
  return { leases, another: () => leases, close: () => leases.close() };
});

/** So much later, without a timer that fires. */
const passes = (ms: number) => jest.spyOn(performance, 'now').mockReturnValue(performance.now() + ms);

describe('MemoryLeases', () => {
  let leases: MemoryLeases;
  beforeEach(() => {
    jest.useFakeTimers();
    leases = new MemoryLeases();
  });
  afterEach(async () => {
    await leases.close();
    jest.restoreAllMocks();
    jest.useRealTimers();
  });
  const holders = () => (leases as unknown as { holders: Map<string, unknown> }).holders.size;

  it('ends a lease after 24 h, to the millisecond', async () => {
    await leases.take('user', 'a', 1);
    passes(LEASE_LIFE_MS - 1);
    expect(await leases.take('user', 'b', 1)).toBe(false);
    expect(await leases.olderThan(LEASE_LIFE_MS - 1, 1)).toEqual([
      { holder: 'user', id: 'a', sinceMs: LEASE_LIFE_MS - 1 },
    ]);
    passes(1);
    expect(await leases.olderThan(0, 1)).toEqual([]);
    expect(await leases.take('user', 'b', 1)).toBe(true);
  });

  it('keeps nothing of holders whose leases were freed, refused or asked for in vain', async () => {
    for (let i = 0; i < 100; i++) {
      await leases.take(`${i}`, 'a', 1);
      await leases.free(`${i}`, 'a');
      await leases.take(`${i}`, 'a', 0);
      await leases.renew(`${i}`, 'a');
      await leases.count(`${i}`);
    }
    expect(holders()).toBe(0);
  });

  it('keeps nothing of holders whose leases ran out, whoever looks', async () => {
    const looks = [() => leases.olderThan(0, 10), () => leases.count('user'), () => leases.renew('user', 'a')];
    for (const look of looks) {
      await leases.take('user', 'a', 1);
      passes(LEASE_LIFE_MS);
      await look();
      expect(holders()).toBe(0);
    }
  });

  it('keeps nothing of them though nobody looks', async () => {
    for (let i = 0; i < 100; i++) await leases.take(`${i}`, 'a', 1);
    await jest.advanceTimersByTimeAsync(LEASE_LIFE_MS - 1000);
    await leases.take('young', 'a', 1);
    await jest.advanceTimersByTimeAsync(120_000);
    expect(holders()).toBe(1);
    await leases.close();
    expect(jest.getTimerCount()).toBe(0);
  });
});
