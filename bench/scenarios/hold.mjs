// N answers at once, each 20 tokens a second: from the upstream against *floor*, from the built-in demo against *wire*.
import { modelOf } from '../text.mjs';
import { ONE_ADDRESS, TIRELESS_ASKER } from './lifts.mjs';
import { warmUp } from './warm-up.mjs';

export const name = 'hold';
export const about = 'Live streams at 20 tokens a second';
export const lifts = { ...ONE_ADDRESS, ...TIRELESS_ASKER };

const TOKENS_A_SECOND = 20;
const PACE_MS = 1000 / TOKENS_A_SECOND;
const SHORT = modelOf(40, 15);

export async function run(lab, backend, section) {
  const { users, seconds = 10 } = lab.options;
  const steps = users ? [users] : [50, 500, 1000];
  const rampSeconds = Math.max(...steps) / 200;
  const settleSeconds = Math.min(1, seconds / 4);
  const tokens = Math.ceil(TOKENS_A_SECOND * (rampSeconds + settleSeconds * 2 + seconds));
  const model = modelOf(tokens, PACE_MS);
  const env = { ...lifts, DEMO_TOKENS: String(tokens), DEMO_TOKENS_PER_SECOND: String(TOKENS_A_SECOND) };
  section.settings = { DEMO_TOKENS: env.DEMO_TOKENS, DEMO_TOKENS_PER_SECOND: env.DEMO_TOKENS_PER_SECOND };

  await lab.withServer({ backend, models: [model, SHORT], env }, async (ours) => {
    const accounts = await lab.accounts(ours, Math.max(...steps));
    const job = { kind: 'hold', endpoint: 'openAI', model, accounts, seconds, rampSeconds, settleSeconds };
    const warm = { kind: 'ask', endpoint: 'openAI', model: SHORT, accounts: accounts.slice(0, 50) };
    const perToken = {};
    for (const truthName of ['floor', 'wire']) {
      await lab.withTruth(truthName, {}, async (truth) => {
        await warmUp(lab, { ours, truth }, warm);
        const source = truthName === 'floor' ? 'upstream' : 'demo';
        for (const n of steps) {
          const own = source === 'demo' ? { endpoint: 'demo', model: undefined } : {};
          const jobs = { ours: { ...job, ...own, users: n }, truth: { ...job, users: n } };
          const measured = await lab.alternate({ ours, truth }, jobs, `hold, ${n} streams from the ${source}`);
          perToken[`${source}-${n}`] = report(section, `${source}-${n}`, `${n} streams, ${source}`, {
            truthName,
            ...measured,
          });
        }
      });
    }
    if (steps.length > 1) growth(section, steps, perToken);
  });
}

function report(section, id, label, pair) {
  section.add(label, pair);
  const figure = (what, name, unit, pick) =>
    section.figure({ id: `${id}/${what}`, label: `${label}: ${name}`, unit }, pair, pick);
  const cpu = figure('cpu', 'server CPU a token', 'µs', ({ cpu, counts }) => (cpu.server * 1000) / counts.tokens);
  figure('gap-p99', 'gap between tokens, p99', 'ms', ({ times }) => times.gap.quantile(0.99));
  section.latencyChart(`${label}: gap between tokens`, 'gap', pair);
  section.timeCharts(label, pair, 'tokens');
  return cpu;
}

/** How the CPU of a token changes from the least to the most streams. */
function growth(section, steps, perToken) {
  const points = (pick) => steps.map((n) => [n, pick(perToken[`upstream-${n}`])]);
  const series = [
    { name: 'Parley', points: points(({ median }) => median) },
    { name: 'floor', points: points(({ truth }) => truth.median) },
  ];
  section.lineChart('CPU of a token', { x: 'streams', y: 'µs', logX: true }, series);
  const [least, most] = [steps[0], steps.at(-1)].map((n) => perToken[`upstream-${n}`]);
  const label = `CPU a token, ${steps.at(-1)} streams against ${steps[0]}`;
  const measured = { ours: most.runs.map((value, i) => value / least.runs[i]) };
  const theirs = most.truth.runs.map((value, i) => value / least.truth.runs[i]);
  section.figure(
    { id: `growth-${steps[0]}-${steps.at(-1)}`, label, unit: '×' },
    { ...measured, truth: theirs, truthName: 'floor' },
    (value) => value,
  );
}
