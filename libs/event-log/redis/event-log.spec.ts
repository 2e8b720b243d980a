import { eventually } from '../../../test/support/eventually.js';
import type { RedisClient } from '../../redis/index.js';
import { redisForTests } from '../../redis/redis.testing.js';
import { eventLogContract } from '../contract/event-log.contract.js';
import { entry, shown } from '../contract/event-log.testing.js';
import { RedisEventLog } from './event-log.js';

const DAY_MS = 86_400_000;

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
