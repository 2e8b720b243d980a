import { entriesOf, entry, newKey, show } from '../../libs/event-log/contract/event-log.testing.js';
import { RedisEventLog } from '../../libs/event-log/redis/event-log.js';
import type { RedisClient } from '../../libs/redis/index.js';
import { openRedis } from '../../libs/redis/redis.testing.js';
import { eventually } from '../support/eventually.js';
import { RedisSentinel } from '../support/redis-sentinel.js';
import { follow, repeated } from './redis.testing.js';

describe('Redis behind sentinels', () => {
  let servers: RedisSentinel | undefined;
  let client: RedisClient | undefined;
  afterEach(async () => {
    await client?.close();
    await servers?.stop();
    client = servers = undefined;
  });

  it.each(['dies', 'hangs'] as const)('whose master %s: the next one is found, and the log goes on', async (fault) => {
    servers = await RedisSentinel.start();
    const opened = (client = await openRedis(servers.uri, { timeoutMs: 2_000 }));
    const log = new RedisEventLog(opened);
    await opened.ready();
    const key = newKey();
    await log.open(key, entriesOf(1, 0, 3));
    const reader = await follow(log, key);
    // Until the replica has it.
    await eventually(async () => (await opened.commands.wait(1, 100)) === 1);

    if (fault === 'dies') await servers.master.kill();
    else servers.master.pause();
    expect(await repeated(() => log.append(key, [entry(1, 4)]))).toBe('written');
    expect(await repeated(() => log.append(key, [entry(2, 0)]))).toBe('written');
    expect(await opened.commands.info('server')).toContain(`tcp_port:${servers.replica.port}`);
    await eventually(() => show(reader.entries) === '1-0 1-1 1-2 1-3 1-4 2-0');
    expect(reader.interruptions).toBeGreaterThan(0);
    expect(await repeated(() => log.append(key, [entry(2, 1)]))).toBe('written');
    await eventually(() => reader.entries.length === 7);
  });
});
