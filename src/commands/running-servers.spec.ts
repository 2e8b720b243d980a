import { RedisInstanceRegistry } from '../../libs/cluster/instances/redis/instance-registry.js';
import { RedisClient } from '../../libs/redis/index.js';
import { RedisServer } from '../../test/support/redis.js';
import { testConfig } from '../config/config.testing.js';
import { runningServers } from './running-servers.js';

describe('runningServers', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());
  const config = (change = {}) =>
    testConfig({ REALTIME: 'redis', REDIS_URI: `redis://127.0.0.1:${server.port}`, ...change });

  it('are those in the list', async () => {
    expect(await runningServers(config())).toEqual([]);
    const redis = new RedisClient({ uri: `redis://127.0.0.1:${server.port}` });
    await redis.ready();
    const registry = new RedisInstanceRegistry(redis);
    const self = { id: 'a', pid: 7, version: '1.2.3', startedAt: 0, works: true, draining: false };
    await registry.enter(self);
    expect(await runningServers(config())).toEqual(['process 7 (version 1.2.3, started 1970-01-01T00:00:00.000Z)']);
    await registry.leave();
    expect(await runningServers(config())).toEqual([]);
    await redis.close();
  });

  it('are not known where Redis is away, and none where there is no list', async () => {
    await expect(runningServers(config({ REDIS_URI: 'redis://127.0.0.1:1' }))).rejects.toMatchObject({ status: 503 });
    expect(await runningServers(config({ REALTIME: 'memory' }))).toEqual([]);
  });
});
