import { RedisServer } from '../../test/support/redis.js';
import { eventually } from '../../test/support/eventually.js';
import { RedisClient } from './redis-client.js';

describe('the times of commands', () => {
  let server: RedisServer;
  let client: RedisClient;
  let times: number[];

  beforeEach(async () => {
    times = [];
    server = await RedisServer.start();
    client = new RedisClient({
      uri: `redis://127.0.0.1:${server.port}`,
      commandTook: (seconds) => times.push(seconds),
    });
    await client.ready();
  });
  afterEach(async () => {
    await client.close();
    await server.stop();
  });

  it('count all commands, also of further connections and in pipelines, and time one of eight', async () => {
    const before = client.commandsSent;
    for (let i = 0; i < 20; i++) await client.commands.set('a', String(i));
    const other = client.connection('other', { enableOfflineQueue: true });
    await eventually(() => other.status === 'ready');
    const connected = client.commandsSent;
    const pipeline = other.pipeline();
    for (let i = 0; i < 12; i++) pipeline.get('a');
    await pipeline.exec();
    expect(connected - before).toBeGreaterThanOrEqual(20);
    expect(client.commandsSent - connected).toBe(12);
    await eventually(() => times.length === Math.ceil(client.commandsSent / 8));
    expect(times.every((seconds) => seconds >= 0)).toBe(true);
  });

  it('leave out what waits by design, and keep what fails', async () => {
    const other = client.connection('waiting', { enableOfflineQueue: true });
    await eventually(() => other.status === 'ready');
    while (client.commandsSent % 8 !== 0) await client.commands.ping();
    const known = times.length;
    await other.blpop('nothing', 0.01);
    while (client.commandsSent % 8 !== 0) await client.commands.ping();
    await client.commands.hget('a-string', 'x').catch(() => undefined);
    expect(times.length).toBe(known + 1);
    await client.commands.set('a', 'text');
    while (client.commandsSent % 8 !== 0) await client.commands.ping();
    await expect(client.commands.hget('a', 'x')).rejects.toThrow('WRONGTYPE');
    expect(times.length).toBe(known + 2);
  });
});
