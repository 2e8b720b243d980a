import { eventually } from '../../../test/support/eventually.js';
import type { RedisClient } from '../../redis/index.js';
import { redisForTests } from '../../redis/redis.testing.js';
import { eventLogContract } from './event-log.contract.js';
import { entriesOf, entry, show, shown } from './event-log.testing.js';
import { comparePositions } from '../event-log.js';
import { MemoryEventLog } from '../memory/event-log.js';
import { RedisEventLog } from '../redis/event-log.js';

const DAY_MS = 86_400_000;

eventLogContract('memory', async () => {
  const log = new MemoryEventLog();
  return { log, close: () => log.close() };
});

const redis = redisForTests();
const onRedis = (client: RedisClient) => {
  const log = new RedisEventLog(client);
  return { log, close: () => log.close().then(() => client.close()) };
};
eventLogContract(
  'redis',
  async () => onRedis(await redis.open()),
  async () => onRedis(await redis.openBroken()),
);

describe('RedisEventLog', () => {
  let client: RedisClient;
  let log: RedisEventLog;
  beforeEach(async () => {
    client = await redis.open();
    log = new RedisEventLog(client);
    await client.ready();
  });
  afterEach(() => client.close());

  const lifeOf = (key: string) => client.commands.pttl(client.key('log', key));
  const isAbout = (life: number, ms: number) => life > ms - 20_000 && life <= ms;

  it('keeps a log 24 h after its last append, and one that has ended as long as is said', async () => {
    await log.open('key', [entry(1, 0)]);
    expect(isAbout(await lifeOf('key'), DAY_MS)).toBe(true);
    await client.commands.pexpire(client.key('log', 'key'), 5000);
    // What stands already prolongs nothing.
    await log.append('key', [entry(1, 0)]);
    expect(await lifeOf('key')).toBeLessThanOrEqual(5000);
    await log.append('key', [entry(1, 1)]);
    expect(isAbout(await lifeOf('key'), DAY_MS)).toBe(true);
    await log.append('key', [entry(1, 2)], { retainMs: 400 * DAY_MS });
    expect(isAbout(await lifeOf('key'), 400 * DAY_MS)).toBe(true);
    await log.append('key', [entry(1, 2)], { retainMs: 500 * DAY_MS });
    expect(isAbout(await lifeOf('key'), 400 * DAY_MS)).toBe(true);
  });

  it('refuses what a notice could not hold', async () => {
    await log.open('key', [entry(1, 0)]);
    await expect(log.append('key', [entry(1, 1, '{\n}')])).rejects.toThrow('one line');
    expect(await shown(log, 'key')).toBe('1-0');
  });

  it('listens on one channel a log, however many listen, and on none when they have gone', async () => {
    const channels = async () => (await client.commands.pubsub('CHANNELS', client.key('log', '*'))) as string[];
    const listener = { entries: () => {}, interrupted: () => {} };
    const stops = await Promise.all(['a', 'a', 'b', 'a'].map((key) => log.subscribe(key, listener)));
    expect((await channels()).length).toBe(2);
    for (const stop of stops) stop();
    await eventually(async () => (await channels()).length === 0);
    await log.subscribe('a', listener);
    await log.close();
    await eventually(async () => (await channels()).length === 0);
  });

  it('reads a notice once for all who listen to its log', async () => {
    const heard: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      await log.subscribe('key', { entries: (entries) => heard.push(entries), interrupted: () => {} });
    }
    await log.open('key', [entry(1, 0)]);
    await eventually(() => heard.length === 3);
    expect(new Set(heard).size).toBe(1);
  });
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

describe('comparePositions', () => {
  it('goes by epoch, then by seq, as numbers', () => {
    const sorted = [entry(1, 0), entry(1, 2), entry(1, 10), entry(2, 0), entry(10, 0)];
    expect(show([...sorted].reverse().sort(comparePositions))).toBe(show(sorted));
    expect(comparePositions(entry(3, 4), entry(3, 4))).toBe(0);
  });
});
