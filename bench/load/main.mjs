// The load generator, a process of its own. It does one job at a time for its parent: `{ kind, url, accounts, … }` in,
// 'begin' and 'end' around what is to be measured, then what it saw.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Connection } from './connection.mjs';
import { Tally } from './tally.mjs';

const kinds = {
  ask: () => import('./job-ask.mjs'),
  overload: () => import('./job-overload.mjs'),
  hold: () => import('./job-hold.mjs'),
  quiet: () => import('./job-quiet.mjs'),
  slow: () => import('./job-slow.mjs'),
  api: () => import('./job-api.mjs'),
  login: () => import('./job-login.mjs'),
  uploads: () => import('./job-uploads.mjs'),
  soak: () => import('./job-soak.mjs'),
};

/** As many as the job wants, each with a connection of their own; beyond the accounts some share one. */
function usersOf({ url, accounts, users = accounts.length }) {
  return Array.from({ length: users }, (_, i) => {
    const account = accounts[i % accounts.length];
    return { ...account, name: `user ${i}`, connection: new Connection(url) };
  });
}

async function run(job) {
  const { default: work } = await kinds[job.kind]();
  const tally = new Tally();
  const lag = monitorEventLoopDelay({ resolution: 10 });
  const users = usersOf(job);
  let cpu;
  let start;
  let took = 0;
  let cpuMs = 0;
  const begin = () => {
    tally.measuring = true;
    lag.enable();
    cpu = process.cpuUsage();
    start = performance.now();
    process.send({ phase: 'begin' });
  };
  const end = () => {
    if (took > 0) return;
    took = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    cpuMs = (user + system) / 1000;
    lag.disable();
    tally.measuring = false;
    process.send({ phase: 'end' });
  };
  await work(users, job, tally, { begin, end });
  end();
  for (const { connection } of users) connection.close();
  const { failures, counts, times, seconds, facts } = tally;
  process.send({
    phase: 'result',
    result: { failures, counts, times, seconds, facts, took, cpuMs, lagP99: lag.percentile(99) / 1e6 - 10 },
  });
}

process.on('message', (job) =>
  run(job).catch((error) => {
    console.error(error);
    process.exit(1);
  }),
);
process.on('disconnect', () => process.exit());
