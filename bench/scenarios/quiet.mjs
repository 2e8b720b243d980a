// Open streams on which nothing happens: many readers of questions that wait in the queue of one process.
import { execFileSync } from 'node:child_process';
import { totalMemory } from '../system/processes.mjs';
import { modelOf } from '../text.mjs';
import { ONE_ADDRESS, TIRELESS_CALLER } from './lifts.mjs';

export const name = 'quiet';
export const about = 'Open, quiet streams: readers of waiting questions';
export const lifts = { ...ONE_ADDRESS, ...TIRELESS_CALLER, MODEL_IDLE_SECONDS: '600' };
/** One place, so that all but the first question wait; at the end nobody waits for that one. */
export const settings = { QUEUE_CONCURRENCY: '1', SHUTDOWN_GRACE_SECONDS: '0' };

const READERS_EACH = 10;
/** Two heartbeats and more. */
const SECONDS = 40;

/** Each stream is a file in the server and one in the generator. */
function mostFiles() {
  const limit = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
  return limit === 'unlimited' ? Infinity : Number(limit);
}

export async function run(lab, backend, section) {
  const wanted = lab.options.users ?? 10_000;
  const streams = Math.min(wanted, Math.floor((mostFiles() - 500) / READERS_EACH) * READERS_EACH);
  if (streams < wanted) lab.log(`only ${streams} streams: the limit of open files (ulimit -n) allows no more`);
  const waiting = Math.max(1, streams / READERS_EACH);
  const env = { ...lifts, ...settings };
  const models = [modelOf(100_000, 1000), modelOf(1, 1000)];
  await lab.withServer({ backend, models, env, workers: 1 }, async (ours) => {
    // One more holds the place, so that each waiting one is a user of their own.
    const accounts = await lab.accounts(ours, Math.min(waiting, 1000) + 1);
    const job = {
      kind: 'quiet',
      accounts: accounts.slice(0, -1),
      waiting,
      readers: READERS_EACH,
      seconds: lab.options.seconds ?? SECONDS,
    };
    const pids = await ours.pids();
    const memory = {};
    const measured = await lab.measure(ours, job, (phase) => (memory[phase] = totalMemory(pids)));
    const pair = { ours: [measured] };
    section.add(`${streams} quiet streams`, pair);
    section.figure(
      { id: `${streams}/kb`, label: `${streams} quiet streams: memory of one`, unit: 'kB' },
      pair,
      ({ facts }) => ((memory.end - memory.begin) * 1024) / facts.added,
    );
    section.figure(
      { id: `${streams}/silence`, label: 'longest silence', unit: 's' },
      pair,
      ({ facts }) => facts.longestSilence,
    );
    section.figure(
      { id: `${streams}/cpu`, label: 'server CPU meanwhile', unit: 'cores' },
      pair,
      ({ cpu, took }) => cpu.server / 1000 / took,
    );
    section.timeCharts('quiet streams', pair, 'none');
  });
}
