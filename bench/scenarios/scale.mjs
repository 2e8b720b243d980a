// `ask` in a closed loop with 1, 2, 4 … users: how cost and waiting grow.
import { modelOf } from '../text.mjs';
import { ONE_ADDRESS, TIRELESS_ASKER } from './lifts.mjs';
import { warmUp } from './warm-up.mjs';

export const name = 'scale';
export const about = 'Questions from 1, 2, 4 … users at once';
export const lifts = { ...ONE_ADDRESS, ...TIRELESS_ASKER };

const MODEL = modelOf(40, 15);
const MOST = 1024;

export async function run(lab, backend, section) {
  const { users = MOST, seconds = 5 } = lab.options;
  const steps = [];
  for (let n = 1; n <= users; n *= 2) steps.push(n);
  await lab.withServer({ backend, models: [MODEL], env: lifts }, async (ours) => {
    const accounts = await lab.accounts(ours, steps.at(-1));
    await lab.withTruth('floor', {}, async (truth) => {
      const job = { kind: 'ask', endpoint: 'openAI', model: MODEL, accounts, seconds };
      await warmUp(lab, { ours, truth }, { ...job, users: Math.min(50, accounts.length), seconds: undefined });
      const curves = { cpu: [], first: [], turns: [] };
      for (const n of steps) {
        const pair = await lab.alternate({ ours, truth }, { ours: { ...job, users: n } }, `scale, ${n} users`);
        report(section, n, { ...pair, truthName: 'floor' }, curves);
      }
      charts(section, steps, curves);
    });
  });
}

function report(section, n, pair, curves) {
  const label = `${n} users`;
  section.add(label, pair);
  const figure = (id, what, unit, pick, better) =>
    section.figure({ id: `${n}/${id}`, label: `${label}: ${what}`, unit, better }, pair, pick);
  curves.cpu.push(figure('cpu', 'server CPU a turn', 'ms', ({ cpu, counts }) => cpu.server / counts.turns));
  curves.first.push(figure('first-p99', 'first token, p99', 'ms', ({ times }) => times.first.quantile(0.99)));
  curves.turns.push(figure('turns', 'turns', '1/s', ({ counts, took }) => counts.turns / took, 'more'));
}

function charts(section, steps, curves) {
  const chart = (title, y, figures) =>
    section.lineChart(title, { x: 'users', y, logX: true }, [
      { name: 'Parley', points: steps.map((n, i) => [n, figures[i].median]) },
      { name: 'floor', points: steps.map((n, i) => [n, figures[i].truth.median]) },
    ]);
  chart('CPU of a turn', 'ms', curves.cpu);
  chart('first token, p99', 'ms', curves.first);
  chart('turns a second', '1/s', curves.turns);
}
