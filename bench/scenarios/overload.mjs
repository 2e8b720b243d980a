// More questions than can be carried: how many that is, is measured first, with users who ask again as soon as they are
// answered; then one and a half times and three times as many come, whatever becomes of them. Who is refused (503
// queue_full) is not counted as a failure, who is accepted must be answered, by a model that is asked once.
import { modelOf } from '../text.mjs';
import { ONE_ADDRESS, TIRELESS_ASKER } from './lifts.mjs';
import { warmUp } from './warm-up.mjs';

export const name = 'overload';
export const about = 'Arrivals at 1.5 and 3 times what is carried';
export const lifts = { ...ONE_ADDRESS, ...TIRELESS_ASKER };

const MODEL = modelOf(40, 15);
const TIMES = [1.5, 3];
/** How long the most that is carried is looked for, s. */
const BEST_SECONDS = 15;
/** What comes afterwards: a share of what is carried, for so long, s. */
const CALM = 0.3;
const CALM_SECONDS = 20;

export async function run(lab, backend, section) {
  const { users = 300, seconds = 120 } = lab.options;
  await lab.withServer({ backend, models: [MODEL], env: lifts }, async (ours) => {
    const accounts = await lab.accounts(ours, users);
    const job = { endpoint: 'openAI', model: MODEL, accounts, mayRefuse: true };
    const asking = { ...job, kind: 'ask' };
    await warmUp(lab, { ours }, { ...asking, users: Math.min(50, users) });
    lab.log('overload, the most that is carried');
    const best = await lab.measure(ours, { ...asking, users, seconds: Math.min(BEST_SECONDS, seconds) });
    section.add('the most that is carried', { ours: [best] });
    const carried = best.counts.turns / best.took;
    lab.log(`${carried.toFixed(1)} turns a second are carried`);

    for (const times of TIMES) {
      const calm = { rate: carried * CALM, seconds: Math.min(CALM_SECONDS, seconds) };
      const normal = await lab.measure(ours, { ...asking, ...calm });
      const normalMs = Math.max(1000, 2 * normal.times.first.quantile(0.99));
      const load = { rate: carried * times, seconds, calmRate: calm.rate, calmSeconds: calm.seconds, normalMs };
      lab.log(`overload, ${load.rate.toFixed(0)} arrivals a second for ${seconds} s`);
      await lab.modelCalls();
      const measured = await lab.measure(ours, { ...job, ...load, kind: 'overload' });
      const { repeated } = await lab.modelCalls();
      if (repeated > 0) measured.failures['a question of which the model was asked again'] = repeated;
      report(section, times, { ours: [measured], truth: [best], truthName: 'carried' });
    }
  });
}

function report(section, times, { ours, truth, truthName }) {
  const label = `${times} times what is carried`;
  section.add(label, { ours });
  const figure = (what, name, unit, pick, better) =>
    section.figure({ id: `times-${times}/${what}`, label: `${label}: ${name}`, unit, better }, { ours }, pick);
  section.figure(
    { id: `times-${times}/turns`, label: `${label}: turns`, unit: '1/s', better: 'more' },
    { ours, truth, truthName },
    ({ counts, took }) => counts.turns / took,
  );
  figure('refused', 'refused', '1/s', ({ counts, took }) => (counts.refused ?? 0) / took);
  figure('refusal-p50', 'a refusal, p50', 'ms', ({ times: { refusal } }) => refusal?.quantile(0.5) ?? 0);
  figure('first-p50', 'first token, p50', 'ms', ({ times: { first } }) => first.quantile(0.5));
  figure('first-p99', 'first token, p99', 'ms', ({ times: { first } }) => first.quantile(0.99));
  figure('calm-after', 'well again after', 's', ({ facts }) => facts.calmAfter);
  section.latencyChart(`${label}: first token`, 'first', { ours });
  section.timeCharts(label, { ours }, 'turns');
}
