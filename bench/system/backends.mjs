// Redis and a replica set for the cluster, on the same cores as everything else.
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireServer } from '../../scripts/real-servers.mjs';
import { freePort, message, own, root, start, temporaryFolder } from './processes.mjs';

async function startRedis() {
  requireServer('redis');
  const port = String(await freePort());
  const args = [
    '--port',
    port,
    '--bind',
    '127.0.0.1',
    '--dir',
    temporaryFolder('redis'),
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  const child = own(spawn('redis-server', args, { stdio: 'ignore' }));
  const cli = (...command) => execFileSync('redis-cli', ['-p', port, ...command], { encoding: 'utf8', stdio: 'pipe' });
  for (const until = Date.now() + 10_000; ; await sleep(20)) {
    try {
      const version = /redis_version:(\S+)/.exec(cli('info', 'server'))[1];
      return { port, pid: child.pid, version };
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

/**
 * Starts both. `env` makes the product use them; `engine` is what the replica set really is (the tests choose the same way,
 * see CONTRIBUTING.md): the stand-in is not MongoDB, and slower in some things, faster in others.
 */
export async function startBackends() {
  const redis = await startRedis();
  const mongo = start(join(root, 'test/support/run-ts.cjs'), {}, [join(import.meta.dirname, 'mongo-engine.ts')]);
  const { name, uri, database } = await message(mongo);
  const [, servers, query = ''] = /^(mongodb:\/\/[^/]+)[^?]*(\?.*)?$/.exec(uri);
  return {
    redisPid: redis.pid,
    mongoPid: mongo.pid,
    redis: `Redis ${redis.version}`,
    engine: name,
    env: {
      STORE: 'mongo',
      USE_REDIS: 'true',
      REDIS_URI: `redis://127.0.0.1:${redis.port}`,
      MONGO_URI: `${servers}/${database}${query}`,
    },
  };
}
