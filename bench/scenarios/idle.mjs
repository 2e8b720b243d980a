// A worker that has served nobody yet: what it holds in memory.
import { setTimeout as sleep } from 'node:timers/promises';
import { usage } from '../system/processes.mjs';

export const name = 'idle';
export const about = 'A worker that nobody uses';
export const lifts = {};

const SETTLE_MS = 10_000;

export async function run(lab, backend, section) {
  const megabytes = [];
  for (let run = 1; run <= lab.options.runs; run++) {
    await lab.withServer({ backend, env: lifts, workers: 1 }, async (ours) => {
      await sleep(SETTLE_MS);
      for (const pid of await ours.pids()) megabytes.push(usage(pid).memoryMb);
    });
  }
  section.figure({ id: 'memory', label: 'memory of an idle worker', unit: 'MB' }, { ours: megabytes }, (mb) => mb);
}
