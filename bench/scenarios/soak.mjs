// N users who live with the server for M minutes: log in, ask, think, read on after a cut, stop, list, search.
import { median } from '../report/section.mjs';
import { modelOf } from '../text.mjs';
import { ONE_ADDRESS } from './lifts.mjs';

export const name = 'soak';
export const about = 'Users who log in, ask, think, resume, stop, list and search';
export const lifts = { ...ONE_ADDRESS };

const MODEL = modelOf(40, 15);
const RAMP_SECONDS = 60;
/** Caches and code are warm by then. */
const SETTLED_MINUTES = 5;

export async function run(lab, backend, section) {
  const { users = 500, minutes = 2 } = lab.options;
  await lab.withServer({ backend, models: [MODEL], env: lifts }, async (ours) => {
    const accounts = await lab.accounts(ours, users);
    const seconds = minutes * 60;
    const rampSeconds = Math.min(RAMP_SECONDS, seconds / 4);
    lab.log(`soak, ${users} users for ${minutes} minutes`);
    const job = { kind: 'soak', endpoint: 'openAI', model: MODEL, accounts, users, seconds, rampSeconds };
    const pair = { ours: [await lab.measure(ours, job)] };
    const label = `${users} users, ${minutes} minutes`;
    section.add(label, pair);
    const figure = (id, what, unit, pick) =>
      section.figure({ id: `${users}x${minutes}/${id}`, label: `${label}: ${what}`, unit }, pair, pick);
    figure('turns', 'turns', '1/s', ({ counts, took }) => counts.turns / took);
    figure('first-p99', 'first token, p99', 'ms', ({ times }) => times.first.quantile(0.99));
    figure('memory', 'memory at the end', 'MB', ({ samples }) => median(samples.slice(-60).map((s) => s.memoryMb)));
    // A shorter run says nothing about growth.
    if (minutes > SETTLED_MINUTES + 2)
      figure('growth', `memory at the end against minute ${SETTLED_MINUTES}`, '×', growth);
    section.latencyChart(`${label}: first token`, 'first', pair);
    section.timeCharts(label, pair, 'turns');
  });
}

function growth({ samples }) {
  const from = SETTLED_MINUTES * 60;
  const early = samples.filter(({ second }) => second >= from && second < from + 120);
  const late = samples.slice(-120);
  return median(late.map((s) => s.memoryMb)) / median(early.map((s) => s.memoryMb));
}
