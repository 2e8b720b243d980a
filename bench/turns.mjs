// How many turns the server carries, how soon the first token comes, and what a turn costs: `npm run bench`.
//
// Server, model and load share two cores (taskset, where there is one). A bare Fastify handler that does the same work
// without a product around it runs in the same minute: ratios count, figures of one machine do not.
import '../scripts/node-version.mjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandsDuring, startBackends } from './backends.mjs';
import { accounts, cpuMs, here, listening, main, message, OVERRIDES, residentMb, start } from './processes.mjs';
import { prepare } from '../scripts/prepare.mjs';

prepare();
const RATE = Number(process.env.RATE ?? 200);
const SECONDS = Number(process.env.SECONDS ?? 30);
const USERS = Number(process.env.USERS ?? 500);
const DELTAS = Number(process.env.DELTAS ?? 40);

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN;
const round = (n) => Math.round(n * 100) / 100;

async function measure(name, server, load) {
  const before = cpuMs(server.pid);
  const child = start(join(here, 'load.mjs'), { LOAD: JSON.stringify(load) });
  const { firstDelta, failures, took } = await message(child);
  const cpu = (cpuMs(server.pid) - before) / firstDelta.length;
  const sorted = firstDelta.sort((a, b) => a - b);
  const result = {
    turns: firstDelta.length,
    'turns/s': round(firstDelta.length / took),
    failures: failures.map(([reason, n]) => `${n} × ${reason}`).join(', ') || 0,
    'first delta p50 ms': round(quantile(sorted, 0.5)),
    'p99 ms': round(quantile(sorted, 0.99)),
    'CPU ms/turn': round(cpu),
    'memory MB': residentMb(server.pid),
  };
  console.log(`${name}:`, result);
  return { ...result, cpu };
}

const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const upstream = start(join(here, 'upstream.mjs'), { DELTAS: String(DELTAS) });
const baseUrl = `http://127.0.0.1:${(await message(upstream)).port}/v1`;

const bare = start(join(here, 'bare.mjs'), { OPENAI_BASE_URL: baseUrl });
const bareUrl = `http://127.0.0.1:${(await message(bare)).port}`;
const open = { mode: 'open', rate: RATE, seconds: SECONDS };
const baseline = await measure('bare Fastify, open loop', bare, { ...open, url: bareUrl, tokens: ['none'] });
bare.kill();

console.log('limits overridden:', OVERRIDES);
const backends = process.env.BACKENDS === 'redis,mongo' ? await startBackends() : undefined;
if (backends) console.log('on', backends.name);
const env = {
  ...backends?.env,
  OPENAI_BASE_URL: baseUrl,
  OPENAI_MODELS: 'm',
  DATA_DIR: folder,
  PORT: '0',
  LOG_LEVEL: 'info',
  ...OVERRIDES,
};
const server = start(main, env);
const url = await listening(server);
server.stdout.resume();
console.log(`making ${USERS} accounts`);
const tokens = await accounts(url, USERS);
const loaded = await measure(`Parley, ${RATE} questions a second for ${SECONDS} s`, server, { ...open, url, tokens });
const closed = { mode: 'closed', users: USERS, seconds: SECONDS, url, tokens };
if (backends) {
  const few = { mode: 'open', rate: 50, seconds: 4, url, tokens };
  const counts = await commandsDuring(backends.redis.port, () => measure('under MONITOR', server, few));
  const perTurn = [...counts].sort(([, a], [, b]) => b - a).map(([name, n]) => [name, round(n / 200)]);
  console.log(
    'commands to Redis a turn:',
    round([...counts.values()].reduce((a, b) => a + b, 0) / 200),
    Object.fromEntries(perTurn),
  );
}
await measure(`Parley, ${USERS} users in a closed loop for ${SECONDS} s`, server, closed);
console.log(
  `CPU of a turn: ${round(loaded.cpu)} ms, ${round(loaded.cpu / baseline.cpu)} × the bare handler’s ${round(baseline.cpu)} ms`,
);
server.kill('SIGTERM');
await new Promise((resolve) => server.once('exit', resolve));
process.exit(loaded.failures === 0 ? 0 : 1);
