// Questions to an OpenAI-compatible model that answers with 40 tokens, 15 ms apart: at a fixed rate of arrivals, and from
// N users at once who ask again as soon as they are answered.
import { modelOf } from '../text.mjs';
import { ONE_ADDRESS, TIRELESS_ASKER } from './lifts.mjs';
import { warmUp } from './warm-up.mjs';

export const name = 'ask';
export const about = 'Questions with an answer of 40 tokens, 15 ms apart';
export const lifts = { ...ONE_ADDRESS, ...TIRELESS_ASKER };

const MODEL = modelOf(40, 15);

export async function run(lab, backend, section) {
  const { rate = 200, seconds = 10, users } = lab.options;
  const loops = users ? [users] : [500, 1000];
  await lab.withServer({ backend, models: [MODEL], env: lifts }, async (ours) => {
    const accounts = await lab.accounts(ours, Math.max(...loops));
    await lab.withTruth('floor', {}, async (truth) => {
      const job = { kind: 'ask', endpoint: 'openAI', model: MODEL, accounts, seconds };
      await warmUp(lab, { ours, truth }, { ...job, users: Math.min(50, accounts.length), seconds: undefined });

      const arrivals = await lab.alternate({ ours, truth }, { ours: { ...job, rate } }, 'ask, arrivals');
      report(section, `rate-${rate}`, `${rate} arrivals/s`, { truthName: 'floor', ...arrivals });
      if (backend === 'cluster') reportStores(section, `rate-${rate}`, `${rate} arrivals/s`, arrivals);
      for (const n of loops) {
        const loop = { ours: { ...job, users: n } };
        const measured = await lab.alternate({ ours, truth }, loop, `ask, ${n} users`);
        report(section, `users-${n}`, `${n} users, closed loop`, { truthName: 'floor', ...measured });
      }
    });
  });
}

/** How often the stores are asked: what Redis and MongoDB are sized by. */
function reportStores(section, id, label, { ours }) {
  const figure = (what, name, pick) =>
    section.figure({ id: `${id}/${what}`, label: `${label}: ${name}`, unit: '' }, { ours }, pick);
  figure('redis-commands', 'Redis commands a turn', ({ counted }) => counted.redisCommands / counted.turns);
  figure('mongo-operations', 'MongoDB operations a turn', ({ counted }) => counted.mongoOperations / counted.turns);
}

function report(section, id, label, pair) {
  section.add(label, pair);
  const figure = (what, name, unit, pick, better) =>
    section.figure({ id: `${id}/${what}`, label: `${label}: ${name}`, unit, better }, pair, pick);
  figure('cpu', 'server CPU a turn', 'ms', ({ cpu, counts }) => cpu.server / counts.turns);
  figure('first-p50', 'first token, p50', 'ms', ({ times }) => times.first.quantile(0.5));
  figure('first-p99', 'first token, p99', 'ms', ({ times }) => times.first.quantile(0.99));
  figure('whole-p99', 'whole answer, p99', 'ms', ({ times }) => times.whole.quantile(0.99));
  figure('turns', 'turns', '1/s', ({ counts, took }) => counts.turns / took, 'more');
  section.latencyChart(`${label}: first token`, 'first', pair);
  section.timeCharts(label, pair, 'turns');
}
