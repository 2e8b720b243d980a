// Redis and a replica set for a benchmark, on the same cores as everything else.
import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { here, message, own, pinned, start } from './processes.mjs';
import { requireRedis } from '../scripts/redis.mjs';

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const cli = (port, ...args) => execFileSync('redis-cli', ['-p', String(port), ...args], { encoding: 'utf8' });

async function startRedis() {
  requireRedis();
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-redis-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const child = pinned(own(spawn('redis-server', args, { stdio: 'ignore' })));
  for (;;) {
    try {
      if (cli(port, 'ping').includes('PONG')) break;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return { port, pid: child.pid };
}

/**
 * What clients sent to Redis while `work` ran, as a map from command to count: a script counts once, whatever it calls.
 * MONITOR makes Redis itself slower, so this is a measurement of its own.
 */
export async function commandsDuring(port, work) {
  const monitor = own(spawn('redis-cli', ['-p', String(port), 'monitor'], { stdio: ['ignore', 'pipe', 'ignore'] }));
  const counts = new Map();
  let rest = '';
  monitor.stdout.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const [, source, command] = /^\S+ \[\d+ (\S+)\] "([^"]+)"/.exec(line) ?? [];
      if (!command || source === 'lua') continue;
      counts.set(command.toLowerCase(), (counts.get(command.toLowerCase()) ?? 0) + 1);
    }
  });
  await new Promise((resolve) => monitor.stdout.once('data', resolve));
  await work();
  monitor.kill();
  return counts;
}

/** Starts both. `env` makes the product use them. */
export async function startBackends() {
  const redis = await startRedis();
  const mongo = start(join(here, '../test/support/run-ts.cjs'), {}, [join(here, 'mongo-engine.ts')]);
  mongo.stdout.resume();
  const { name, uri, database } = await message(mongo);
  const [, servers, query = ''] = /^(mongodb:\/\/[^/]+)[^?]*(\?.*)?$/.exec(uri);
  return {
    name: `Redis + ${name}`,
    redis,
    mongo: { pid: mongo.pid },
    env: {
      STORE: 'mongo',
      USE_REDIS: 'true',
      REDIS_URI: `redis://127.0.0.1:${redis.port}`,
      MONGO_URI: `${servers}/${database}${query}`,
      JWT_SECRET: 'a-secret-of-the-benchmark-0123456789abcdef',
    },
  };
}
