import { eventLogContract } from '../contract/event-log.contract.js';
import { entriesOf, entry, show, shown } from '../contract/event-log.testing.js';
import { MemoryEventLog } from './event-log.js';

const DAY_MS = 86_400_000;

eventLogContract('memory', async () => {
  const log = new MemoryEventLog();
  return { log, close: () => log.close() };
});

/** So much later, without a timer that fires. */
const passes = (ms: number) => jest.spyOn(performance, 'now').mockReturnValue(performance.now() + ms);

describe('MemoryEventLog', () => {
  let log: MemoryEventLog;
  const openLogs: MemoryEventLog[] = [];
  const make = (maxEndedBytes?: number) => {
    log = new MemoryEventLog(maxEndedBytes);
    openLogs.push(log);
  };
  afterEach(async () => {
    for (const one of openLogs.splice(0)) await one.close();
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  /** A log whose text has about so many bytes. */
  const write = async (key: string, bytes: number, end?: { retainMs: number }) => {
    await log.open(key, [entry(1, 0)]);
    await log.append(key, [entry(1, 1, 'x'.repeat(bytes / 2))], end);
  };
  const present = async (...keys: string[]) => {
    const found = await Promise.all(keys.map((key) => shown(log, key)));
    return keys.filter((_, i) => found[i] !== null).join(' ');
  };

  describe('beyond its limit of memory', () => {
    const end = { retainMs: DAY_MS };

    it('drops the logs that ended longest ago, before their time', async () => {
      make(35_000);
      await write('late', 10_000);
      for (const key of ['a', 'b']) await write(key, 10_000, end);
      await log.append('late', [entry(1, 2)], end);
      expect(await present('a', 'b', 'late')).toBe('a b late');
      await write('c', 10_000, end);
      expect(await present('a', 'b', 'late', 'c')).toBe('b late c');
      await write('d', 10_000, end);
      expect(await present('a', 'b', 'late', 'c', 'd')).toBe('late c d');
    });

    it('drops none that has not ended', async () => {
      make(5_000);
      for (const key of ['a', 'b', 'c']) await write(key, 10_000);
      await write('ended', 10_000, end);
      expect(await present('a', 'b', 'c', 'ended')).toBe('a b c');
    });

    it('counts what was deleted no longer', async () => {
      make(25_000);
      await write('a', 10_000, end);
      for (let i = 0; i < 5; i++) {
        await write('b', 10_000, end);
        await log.delete('b');
        await write('gone at once', 10_000, { retainMs: 0 });
      }
      await write('c', 10_000, end);
      expect(await present('a', 'c')).toBe('a c');
    });

    it('counts what expired no longer, though nobody looked', async () => {
      jest.useFakeTimers();
      make(25_000);
      await write('a', 10_000, end);
      await write('b', 10_000, { retainMs: 1000 });
      await jest.advanceTimersByTimeAsync(20_000);
      await write('c', 10_000, end);
      expect(await present('a', 'b', 'c')).toBe('a c');
    });

    it('holds its keys’ next logs apart from their former ones', async () => {
      make(25_000);
      await write('a', 10_000, end);
      await log.delete('a');
      await write('a', 10_000);
      for (const key of ['b', 'c', 'd']) await write(key, 10_000, end);
      expect(await present('a', 'b', 'c', 'd')).toBe('a c d');
    });
  });

  describe('in time', () => {
    beforeEach(() => {
      jest.useFakeTimers();
      make();
    });

    it('drops a log that has not ended 24 h after its last append', async () => {
      await log.open('key', [entry(1, 0)]);
      await jest.advanceTimersByTimeAsync(DAY_MS - 1);
      expect(await log.append('key', [entry(1, 1)])).toBe('written');
      await jest.advanceTimersByTimeAsync(DAY_MS - 1);
      expect(await shown(log, 'key')).toBe('1-0 1-1');
      await jest.advanceTimersByTimeAsync(1);
      expect(await shown(log, 'key')).toBeNull();
      expect(await log.append('key', [entry(1, 2)])).toBe('missing');
      expect(await log.open('key', [entry(1, 0), entry(2, 0)])).toBe('written');
      expect(await shown(log, 'key')).toBe('1-0 2-0');
    });

    it.each([1, 1000, 26 * DAY_MS, 400 * DAY_MS])('keeps one that has ended %i ms', async (retainMs) => {
      await log.open('key', [entry(1, 0)]);
      await log.append('key', [entry(1, 1)], { retainMs });
      passes(retainMs - 1);
      expect(await log.heads('key')).not.toBeNull();
      // Writing the same again prolongs nothing.
      expect(await log.append('key', [entry(1, 1)], { retainMs })).toBe('written');
      passes(1);
      expect(await log.heads('key')).toBeNull();
    });
  });

  it('lets no writer and no other listener suffer for a listener that throws', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    make();
    const heard: string[] = [];
    const interrupted = () => {};
    const failing = () => {
      throw new Error('a bug of a listener');
    };
    await log.subscribe('key', { entries: failing, interrupted });
    await log.subscribe('key', { entries: (entries) => heard.push(show(entries)), interrupted });
    expect(await log.open('key', entriesOf(1, 0, 1))).toBe('written');
    expect(heard).toEqual(['1-0 1-1']);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('tells a listener nothing once closed', async () => {
    make();
    const heard: string[] = [];
    const stop = await log.subscribe('key', { entries: (entries) => heard.push(show(entries)), interrupted: () => {} });
    await log.close();
    await log.open('key', [entry(1, 0)]);
    expect(heard).toEqual([]);
    stop();
  });
});
