import { once } from 'node:events';
import { inspect } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../test/support/eventually.js';
import { RedisServer } from '../../test/support/redis.js';
import { RedisClient, type RedisClientOptions } from './redis-client.js';

const DOWN = { code: 'dependency_down', status: 503 };

describe('RedisClient', () => {
  let server: RedisServer;
  const clients: RedisClient[] = [];
  let said: string[];

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    said = [];
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    await server.revive();
  });

  const log = {
    info: (text: string) => said.push(`info: ${text}`),
    warn: (text: string) => said.push(`warn: ${text}`),
  };
  function make(options: Partial<RedisClientOptions> = {}): RedisClient {
    const client = new RedisClient({ uri: server.uri, timeoutMs: 2_000, log, ...options });
    clients.push(client);
    return client;
  }
  async function connected(options?: Partial<RedisClientOptions>): Promise<RedisClient> {
    const client = make(options);
    await client.ready();
    return client;
  }
  const get = (client: RedisClient, key = 'key') => client.run('test store', () => client.commands.get(key));

  it('can be used once it is ready', async () => {
    const client = await connected();
    await client.commands.set(client.key('test', 'a'), 'ü');
    expect(await get(client, client.key('test', 'a'))).toBe('ü');
    await client.ping();
  });

  it('rejects at once while nothing was ever there', async () => {
    const client = make({ uri: 'redis://127.0.0.1:1' });
    await expect(get(client)).rejects.toMatchObject(DOWN);
    await expect(client.ping()).rejects.toMatchObject(DOWN);
    await expect(client.inspect()).rejects.toMatchObject(DOWN);
    await expect(client.ready(50)).rejects.toMatchObject({ ...DOWN, cause: expect.any(Error) });
  });

  it('tells of an outage once, and of its end once', async () => {
    const client = await connected();
    void client.subscriber;
    await client.ready();
    let tries = 0;
    client.commands.on('reconnecting', () => tries++);
    await server.kill();
    await eventually(() => tries > 3);
    await expect(get(client)).rejects.toMatchObject(DOWN);
    await server.restart();
    await client.ready();
    await eventually(() => said.length > 1);
    expect(said).toEqual([expect.stringMatching(/^warn: .*does not answer/), expect.stringMatching(/^info: .*again/)]);
    expect(said.join()).not.toContain('redis://');
  });

  it('rejects what was under way when the server died', async () => {
    const client = await connected({ timeoutMs: 60_000 });
    server.pause();
    const waiting = Promise.allSettled([get(client), client.script('return 1', 0).run(), client.ping()]);
    await sleep(20);
    let tries = 0;
    client.commands.on('reconnecting', () => tries++);
    await server.kill();
    for (const result of await waiting) expect(result.status).toBe('rejected');
    // At once, not after a number of tries to connect.
    expect(tries).toBeLessThan(3);
  });

  it('waits for a server that hangs no longer than its time, then not at all', async () => {
    const client = await connected();
    server.pause();
    await expect(get(client)).rejects.toMatchObject({
      ...DOWN,
      cause: expect.objectContaining({ message: 'Command timed out' }),
    });
    await expect(client.ping()).rejects.toMatchObject(DOWN);
    // The connection is found dead; the next one gets no further than being taken by the system.
    await eventually(() => client.commands.status !== 'ready');
    await expect(get(client)).rejects.toMatchObject(DOWN);
    server.resume();
    await client.ready();
    await get(client);
  });

  it('passes on that a command is wrong', async () => {
    const client = await connected();
    const wrong = client.run('test store', () => client.commands.call('NONSENSE'));
    await expect(wrong).rejects.toThrow('ERR unknown command');
    await expect(wrong).rejects.not.toMatchObject(DOWN);
  });

  it('calls a server that is full or a replica one that does not answer', async () => {
    const client = await connected();
    const script = client.script("return redis.call('SET', KEYS[1], 'x')");
    await client.commands.config('SET', 'maxmemory', '1');
    try {
      await expect(client.run('test store', () => script.run('a'))).rejects.toMatchObject(DOWN);
      await expect(client.run('test store', () => client.commands.set('a', 'b'))).rejects.toMatchObject(DOWN);
    } finally {
      await client.commands.config('SET', 'maxmemory', '0');
    }
    const reconnects = once(client.commands, 'close');
    await client.commands.replicaof('127.0.0.1', 1);
    try {
      await expect(client.run('test store', () => client.commands.set('a', 'b'))).rejects.toMatchObject(DOWN);
      await reconnects;
    } finally {
      await client.ready();
      await client.commands.replicaof('NO', 'ONE');
    }
  });

  it('tells nobody what a command held, nor a password', async () => {
    const client = await connected();
    const told = (error: unknown) => inspect(error, { depth: 9, showHidden: true });
    const wrong = client.run('test store', () => client.commands.call('NONSENSE', 'a secret'));
    // The server's own words quote the first arguments of a command that it does not know.
    expect(told(await wrong.catch((error: unknown) => ({ ...(error as object) })))).not.toContain('a secret');
    await client.commands.config('SET', 'maxmemory', '1');
    const full = await client
      .run('test store', () => client.commands.set('a', 'a secret'))
      .catch((error: unknown) => error);
    await client.commands.config('SET', 'maxmemory', '0');
    expect(full).toMatchObject(DOWN);
    expect(told(full)).not.toContain('a secret');

    const causes: unknown[] = [];
    const uri = server.uri.replace('//', '//user:a-secret@');
    make({ uri, log: { info: () => {}, warn: (_, cause) => causes.push(cause) } });
    await eventually(() => causes.length > 0);
    expect(told(causes[0])).toContain('WRONGPASS');
    expect(told(causes)).not.toContain('a-secret');
  });

  it('runs scripts, also after the server forgot them', async () => {
    const client = await connected();
    const script = client.script<string>('return KEYS[1] .. ARGV[1]');
    expect(await script.run('a', 'b')).toBe('ab');
    await client.commands.script('FLUSH');
    expect(await Promise.all([script.run('a', 1), script.run('a', 2)])).toEqual(['a1', 'a2']);
    await server.restart();
    await client.ready();
    expect(await script.run('a', 'b')).toBe('ab');
  });

  it('keeps the order of what is issued in one turn', async () => {
    const client = await connected();
    const key = client.key('test', 'order');
    await Promise.all(Array.from({ length: 500 }, (_, i) => client.commands.rpush(key, i)));
    expect(await client.commands.lrange(key, 0, -1)).toEqual(Array.from({ length: 500 }, (_, i) => `${i}`));
  });

  it('tells version and eviction, and warns of one that drops', async () => {
    const client = await connected();
    expect(await client.inspect()).toEqual({
      version: expect.stringMatching(/^\d+\.\d+/),
      evictionPolicy: 'noeviction',
      warnings: [],
    });
    await client.commands.config('SET', 'maxmemory-policy', 'allkeys-lru');
    try {
      const { evictionPolicy, warnings } = await client.inspect();
      expect([evictionPolicy, warnings]).toEqual(['allkeys-lru', [expect.stringContaining('noeviction')]]);
    } finally {
      await client.commands.config('SET', 'maxmemory-policy', 'noeviction');
    }
  });

  it('gives further connections, and closes them', async () => {
    const client = await connected({ maxListeners: 40 });
    const own = client.connection('own', {
      maxRetriesPerRequest: null,
      enableOfflineQueue: true,
      commandTimeout: undefined,
    });
    expect(await own.ping()).toBe('PONG');
    expect([own.getMaxListeners(), client.commands.getMaxListeners()]).toEqual([40, 40]);
    await client.close();
    expect(own.status).toBe('end');
  });

  it('closes any number of times, quietly, also while it is connecting or the server hangs', async () => {
    const client = await connected();
    void client.subscriber;
    server.pause();
    await Promise.all([client.close(), client.close()]);
    await client.close();
    server.resume();
    await expect(get(client)).rejects.toMatchObject(DOWN);
    const early = make();
    await early.close();
    const never = make({ uri: 'redis://127.0.0.1:1' });
    await never.close();
    await eventually(() => never.commands.status === 'end');
    expect(said.filter((text) => !text.includes(':1 '))).toEqual([]);
  });

  it('refuses what cannot be', () => {
    expect(() => make({ keyPrefix: 'a{b}' })).toThrow('braces');
    expect(() => make({ uri: 'rediss://localhost', ca: '/no/such/file.pem' })).toThrow('ENOENT');
  });
});
