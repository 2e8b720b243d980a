// `ask` while the processes are replaced by `pm2 reload`, in the middle of it. On Redis + Mongo the workers are replaced
// one after the other: what breaks off is read on elsewhere. Embedded there is one process, which first finishes what it
// has: meanwhile nobody is served, and clients try again. No question may be lost or answered twice either way.
import { modelOf } from '../text.mjs';
import { ONE_ADDRESS, TIRELESS_ASKER } from './lifts.mjs';

export const name = 'reload';
export const about = 'Questions while the processes are replaced';
export const lifts = { ...ONE_ADDRESS, ...TIRELESS_ASKER };

const MODEL = modelOf(40, 15);
/** Into the load, s. */
const RELOAD_AFTER = 3;

export async function run(lab, backend, section) {
  const { users = 100, seconds = 20 } = lab.options;
  const workers = Math.max(2, lab.options.workers);
  await lab.withServer({ backend, models: [MODEL], env: lifts, pm2: true, workers }, async (ours) => {
    const accounts = await lab.accounts(ours, users);
    const job = {
      kind: 'ask',
      endpoint: 'openAI',
      model: MODEL,
      accounts,
      users,
      seconds,
      resumes: true,
      profiled: false,
    };
    const runs = [];
    for (let run = 1; run <= lab.options.runs; run++) {
      lab.log(`reload, run ${run} of ${lab.options.runs}`);
      let reloaded;
      const measured = await lab.measure(ours, job, (phase) => {
        if (phase === 'begin') reloaded = reloadAfter(ours);
      });
      runs.push({ ...measured, reloadSeconds: await reloaded });
    }
    const pair = { ours: runs };
    const label = `${users} users, closed loop`;
    section.add(label, pair);
    const figure = (id, what, unit, pick, better) =>
      section.figure({ id, label: `${label}: ${what}`, unit, better }, pair, pick);
    figure('seconds', 'the reload took', 's', ({ reloadSeconds }) => reloadSeconds);
    figure('turns', 'turns', '1/s', ({ counts, took }) => counts.turns / took, 'more');
    figure('resumed', 'streams that were read on elsewhere', '', ({ counts }) => counts.resumed ?? 0);
    figure('again', 'questions that were sent again', '', ({ counts }) => counts['asked again'] ?? 0);
    figure('whole-max', 'longest turn', 'ms', ({ times }) => times.whole.max);
    section.latencyChart(`${label}: whole answer`, 'whole', pair);
    section.timeCharts(label, pair, 'turns');
  });
}

async function reloadAfter({ reload }) {
  await new Promise((resolve) => setTimeout(resolve, RELOAD_AFTER * 1000));
  const start = performance.now();
  await reload();
  return (performance.now() - start) / 1000;
}
