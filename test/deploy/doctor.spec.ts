import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo as driver } from 'mongoose';
import { Backends } from '../support/cluster.js';
import { doctor, doctorProcess } from '../support/doctor.js';
import { eventually } from '../support/eventually.js';
import { hasControl, startMongo } from '../support/mongo/engine.js';
import { startStandIn } from '../support/mongo/engine-stand-in.js';
import { Nginx } from '../support/nginx.js';
import { build, Server } from '../support/process.js';
import { RedisServer } from '../support/redis.js';

const random = () => randomBytes(36).toString('base64');
const address = ({ url }: Server) => url.replace('http://', '');

describe('npm run doctor', () => {
  let backends: Backends;
  let folder: string;
  let env: Record<string, string>;
  const servers: Server[] = [];
  const others: Array<{ stop(): Promise<void> }> = [];

  const start = async (more: Record<string, string> = {}) => {
    const server = await Server.start({ ...env, DATA_DIR: folder, ...more });
    servers.push(server);
    return server;
  };
  const nginx = async (server: Server, options: Parameters<typeof Nginx.start>[1] = {}) => {
    const front = await Nginx.start([address(server)], options);
    others.push(front);
    return front;
  };

  beforeAll(async () => {
    build();
    folder = mkdtempSync(join(tmpdir(), 'parley-healthy-'));
    backends = await Backends.start({ durable: true });
    env = { ...backends.space(), JWT_SECRET: random(), METRICS_TOKEN: random(), TRUST_PROXY: '127.0.0.1' };
    await start();
  });
  afterAll(async () => {
    await Promise.all(others.map((other) => other.stop()));
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    await backends?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it('finds nothing wrong where nothing is: Redis, MongoDB, and nginx with TLS as we ship it', async () => {
    const front = await nginx(servers[0], { tls: true });
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, front.certificate);
    const { code, ok, found, problems } = await doctorProcess({ ...env, NODE_EXTRA_CA_CERTS: ca }, [
      '--url',
      front.url,
      '--json',
    ]);
    expect([problems, code, ok]).toEqual([[], 0, true]);
    const checks = [
      ...['config', 'files.limit', 'connections.waiting', 'secrets.JWT_SECRET', 'secrets.METRICS_TOKEN', 'instances'],
      ...['redis.reach', 'redis.version', 'redis.eviction', 'redis.persistence', 'redis.clock'],
      ...[
        'mongo.reach',
        'mongo.version',
        'mongo.clock',
        'mongo.set',
        'mongo.connections',
        'mongo.queries',
        'mongo.indexes',
      ],
      ...['front.reach', 'front.clock', 'front.stream', 'front.trust', 'front.scheme', 'front.host'],
      ...['front.websocket', 'front.body'],
    ];
    expect(checks.filter((check) => found[check]?.level !== 'ok')).toEqual([]);
    // The test's certificate is good for a day.
    expect(found['front.certificate'].level).toBe('warning');
  });

  it('shows what it found in words, each with its remedy, and no secret', async () => {
    const password = 'hush-hush-hush';
    const uri = env.MONGO_URI.replace('//', `//me:${password}@`).replace(/:\d+/g, ':1');
    const { code, said } = await doctorProcess({ ...env, MONGO_URI: uri });
    expect(code).toBe(1);
    expect(said).toMatch(/^PROBLEM +mongo\.reach .*\n +→ Start it/m);
    expect(said).toMatch(/^\d problems, \d warnings, \d+ as they should be\.$/m);
    for (const secret of [password, env.JWT_SECRET, env.METRICS_TOKEN]) expect(said).not.toContain(secret);
  });

  it('does not take what it does not know', async () => {
    for (const args of [['--what'], ['--url'], ['--url', 'chat.example.org'], ['--streams', '0']]) {
      expect(await doctor(env, args)).toMatchObject({ code: 64, said: expect.stringContaining('Usage:') });
    }
  });

  describe('in a broken environment', () => {
    it('names each variable that is wrong', async () => {
      const { code, problems } = await doctor({ ...env, PORT: 'x', LOG_LEVEL: 'loud' });
      expect([code, problems]).toEqual([1, ['config.LOG_LEVEL', 'config.PORT']]);
    });

    it('Redis evicts, and keeps nothing', async () => {
      const redis = await RedisServer.start({ args: ['--maxmemory-policy', 'allkeys-lru', '--maxmemory', '100mb'] });
      others.push(redis);
      const { code, found, problems } = await doctor({ ...env, REDIS_URI: redis.uri });
      expect([code, problems]).toEqual([1, ['redis.eviction']]);
      expect(found['redis.eviction'].remedy).toContain('maxmemory-policy noeviction');
      expect(found['redis.persistence'].level).toBe('warning');
    });

    it('Redis is away, or wants another password', async () => {
      const redis = await RedisServer.start({ args: ['--requirepass', random()] });
      others.push(redis);
      const wrong = await doctor({ ...env, REDIS_URI: redis.uri });
      expect([wrong.code, wrong.problems]).toEqual([1, ['redis.reach']]);
      expect(wrong.found['redis.reach']).toMatchObject({ remedy: expect.stringContaining('password') });
      const away = await doctor({ ...env, REDIS_URI: 'redis://127.0.0.1:1' });
      expect([away.code, away.problems]).toEqual([1, ['redis.reach']]);
      expect(away.found['redis.reach'].says).toContain('ECONNREFUSED');
    });

    it('an index is missing, another has other options, and the pools want more than MongoDB takes', async () => {
      const uri = env.MONGO_URI.replace(/\/[^/?]*(\?|$)/, `/${backends.mongo.newDatabase()}$1`);
      const here = { ...env, MONGO_URI: uri, REDIS_KEY_PREFIX: 'other', INSTANCES: '100', MONGO_MAX_POOL_SIZE: '1000' };
      const client = new driver.MongoClient(uri);
      try {
        await client.db().collection<any>('conversations').createIndex({ removedAt: 1 }, { expireAfterSeconds: 5 });
        const { code, problems, said } = await doctor(here);
        expect([code, problems]).toEqual([1, ['mongo.connections', 'mongo.indexes', 'mongo.indexes']]);
        expect(said).toMatch(/Missing: [^"]*users\.email_1/);
        expect(said).toContain('other options than declared: conversations.removedAt_1');
        expect(said).toContain('100 processes × MONGO_MAX_POOL_SIZE 1000 = 100000');
      } finally {
        await client.close();
      }
    });

    it.each([
      ['conditions by the server’s time', /\$expr.*\$\$NOW/],
      ['updates by a pipeline', /"\$replaceWith"/],
      ['in one write', /"updates":\[.*"\$concatArrays"/],
      ['a projection', /"projection":\{"now":"\$\$NOW"/],
      ['findAndModify', /^\{"findAndModify"/],
      ['indexes over a part', /"partialFilterExpression":\{"open"/],
      ['transactions', /"autocommit":false/],
    ])('MongoDB is another server, which lacks %s', async (words, lacks) => {
      const other = await startStandIn({ lacks });
      others.push(other);
      const uri = other.uri.replace('/?', `/${other.newDatabase()}?`);
      const { code, found, problems, said } = await doctor({ ...env, MONGO_URI: uri, REDIS_KEY_PREFIX: 'other' });
      expect([code, problems]).toEqual([1, expect.arrayContaining(['mongo.queries'])]);
      expect(said).toContain(words);
      expect(found['mongo.queries'].remedy).toContain('DocumentDB before 8');
      const client = new driver.MongoClient(uri);
      const left = await client.db().listCollections().toArray();
      await client.close();
      expect(left).toEqual([]);
    });

    it('MongoDB’s clock is a minute ahead; then a member is away; then there is no primary', async () => {
      if (!hasControl() || backends.mongo.kind !== 'stand-in') return;
      const mongo = await startMongo({ standIn: { clockOffsetMs: 60_000 } });
      others.push(mongo);
      const uri = mongo.uri.replace(/\/(\?|$)/, `/${mongo.newDatabase()}$1`);
      // Whether the indexes stand is another question.
      const problemsOf = async () => {
        const { problems } = await doctor({ ...env, MONGO_URI: uri, REDIS_KEY_PREFIX: 'other' });
        return problems.filter((check) => check !== 'mongo.indexes');
      };
      expect(await problemsOf()).toEqual(['mongo.clock']);
      await mongo.control!.killPrimary();
      await eventually(async () => (await problemsOf()).includes('mongo.members'));
      await mongo.control!.killAll();
      // The bytes of uploads are kept there, too.
      expect((await problemsOf()).sort()).toEqual(['file-contents.reach', 'mongo.reach']);
    });

    it('fewer files may be opened than there are streams', async () => {
      const { code, found, problems } = await doctorProcess(env, ['--streams', '300', '--json'], { files: 1024 });
      expect([code, problems]).toEqual([1, ['files.limit']]);
      expect(found['files.limit'].says).toContain('may open 1024 files');
      expect(
        (await doctorProcess({ ...env, QUEUE_CONCURRENCY: '300' }, ['--streams', '300'], { files: 1024 })).code,
      ).toBe(0);
    });

    it('secrets can be guessed', async () => {
      for (const weak of ['change-me-change-me-change-me-change-me', 'abababababababababababababababababab']) {
        const { code, problems } = await doctor({ ...env, JWT_SECRET: weak, METRICS_TOKEN: 'x1234567890123456' });
        expect([code, problems]).toEqual([1, ['secrets.JWT_SECRET', 'secrets.METRICS_TOKEN']]);
      }
    });

    it('a provider refuses the key, or is not there', async () => {
      const provider = createServer((_request, response) => {
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end('{"error":{"message":"no","code":"invalid_api_key"}}');
      }).listen(0, '127.0.0.1');
      await once(provider, 'listening');
      try {
        const OPENAI_BASE_URL = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`;
        const more = {
          OPENAI_BASE_URL,
          OPENAI_MODELS: 'a,b',
          OPENAI_API_KEY: 'sk-x',
          ANTHROPIC_BASE_URL: 'http://127.0.0.1:1',
        };
        const { problems, found } = await doctor({ ...env, ...more });
        expect(problems).toEqual(['provider.anthropic', 'provider.openAI']);
        expect(found['provider.openAI'].says).toContain('OPENAI_API_KEY');
      } finally {
        provider.close();
      }
    });
  });

  describe('with a front that is wrong', () => {
    const problemsAt = async (url: string) => {
      const diagnosis = await doctor(env, ['--url', url]);
      expect(diagnosis.code).toBe(diagnosis.problems.length > 0 ? 1 : 0);
      return diagnosis.problems;
    };

    it('nginx holds streams back, and passes no WebSocket on', async () => {
      const spoil = (text: string) =>
        text
          .replace('proxy_http_version 1.1;', '')
          .replace('proxy_set_header Upgrade $parley_upgrade;', '')
          .replaceAll('proxy_buffering off;', 'proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;');
      expect(await problemsAt((await nginx(servers[0], { spoil })).url)).toEqual(['front.stream', 'front.websocket']);
    });

    it('nginx compresses streams, and takes less than a question may be', async () => {
      const spoil = (text: string) =>
        text
          .replaceAll('gzip off;', 'gzip on; gzip_proxied any; gzip_min_length 0; gzip_types text/event-stream;')
          .replace('client_max_body_size 64m', 'client_max_body_size 600k');
      expect(await problemsAt((await nginx(servers[0], { spoil })).url)).toEqual(['front.body', 'front.stream']);
    });

    it('nginx names no client, or whom the client names', async () => {
      const silent = await nginx(servers[0], {
        spoil: (text) => text.replace(/X-Forwarded-For .*;/, 'X-Forwarded-For "";'),
      });
      expect(await problemsAt(silent.url)).toEqual(['front.trust']);
      const added = (text: string) =>
        text.replace('X-Forwarded-For $remote_addr', 'X-Forwarded-For $proxy_add_x_forwarded_for');
      // Loopback stands for the proxy and for the client, so both are believed: as where too wide a network is.
      const { found } = await doctor(env, ['--url', (await nginx(servers[0], { spoil: added })).url]);
      expect(found['front.trust']).toMatchObject({
        level: 'problem',
        says: expect.stringContaining('choose their address'),
      });
    });

    it('TRUST_PROXY does not name nginx, and https is taken for http', async () => {
      const { TRUST_PROXY: _, ...rest } = env;
      const server = await start({ TRUST_PROXY: '10.9.9.9', REDIS_KEY_PREFIX: 'distrust' });
      const front = await nginx(server, { tls: true });
      const ca = join(folder, 'other-ca.pem');
      writeFileSync(ca, front.certificate);
      const { problems, found } = await doctorProcess({ ...rest, NODE_EXTRA_CA_CERTS: ca }, [
        '--url',
        front.url,
        '--json',
      ]);
      expect(problems).toEqual(['front.scheme', 'front.trust']);
      expect(found['front.trust'].remedy).toContain('TRUST_PROXY=127.0.0.1');
    });

    it('somebody else answers there, or nobody; or its clock is an hour behind', async () => {
      expect(await problemsAt('http://127.0.0.1:1')).toEqual(['front.reach']);
      let health = '{}';
      const other = createServer((request, response) => {
        response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString());
        response.end(request.url === '/health' ? health : '');
      }).listen(0, '127.0.0.1');
      await once(other, 'listening');
      try {
        const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
        expect(await problemsAt(url)).toEqual(['front.reach']);
        health = '{"adapters":{}}';
        expect(await problemsAt(url)).toEqual(['front.clock']);
      } finally {
        other.close();
      }
    });

    it('the servers have another JWT_SECRET', async () => {
      const diagnosis = await doctor({ ...env, JWT_SECRET: random() }, ['--url', servers[0].url]);
      expect(diagnosis.problems).toEqual(['front.self-test']);
      // Nobody else gets anything out of it.
      expect((await fetch(`${servers[0].url}/api/streams/self-test`)).status).toBe(404);
    });
  });
});
