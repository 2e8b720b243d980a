// Reads and writes of conversations, messages and the account, four reads to a write: as fast as it goes, and at a rate.
import { modelOf } from '../text.mjs';
import { ONE_ADDRESS, TIRELESS_CALLER } from './lifts.mjs';

export const name = 'api';
export const about = 'Mixed reads and writes of the API';
export const lifts = { ...ONE_ADDRESS, ...TIRELESS_CALLER };

const MODEL = modelOf(40, 5);
const RATES = { embedded: 2000, cluster: 1000 };

/** What json.mjs answers: what Parley answered to the first user. */
async function answersOf({ url }, { token, email, password }, id) {
  const read = async (path) => {
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
    return response.json();
  };
  const answers = {
    '/api/convos': await read('/api/convos?limit=20'),
    '/api/convos/:id': await read(`/api/convos/${id}`),
    '/api/convos/:id/messages': await read(`/api/convos/${id}/messages`),
    '/api/user': await read('/api/user'),
  };
  return { email, answers, user: answers['/api/user'].user, password };
}

export async function run(lab, backend, section) {
  const { users = 100, seconds = 10, rateSeconds = 60, rate = RATES[backend] } = lab.options;
  await lab.withServer({ backend, models: [MODEL], env: lifts }, async (ours) => {
    const accounts = await lab.accounts(ours, users);
    const job = { kind: 'api', model: MODEL, accounts, users, seconds };
    const { facts } = await lab.measure(ours, { ...job, turns: lab.options.warmUp * 2, seconds: 60, profiled: false });
    const answers = await answersOf(ours, accounts[0], facts.sample);
    await lab.withTruth('json', { ANSWERS: JSON.stringify(answers) }, async (truth) => {
      const theirs = { ...job, accounts: [accounts[0]], conversation: facts.sample };
      await lab.measure(truth, { ...theirs, turns: lab.options.warmUp * 2 });
      const pair = {
        ...(await lab.alternate({ ours, truth }, { ours: job, truth: theirs }, `api, ${users} users`)),
        truthName: 'json',
      };
      const label = `${users} users, closed loop`;
      section.add(label, pair);
      const figure = (id, what, unit, pick, better) =>
        section.figure({ id, label: `${label}: ${what}`, unit, better }, pair, pick);
      figure('calls', 'calls', '1/s', ({ counts, took }) => counts.calls / took, 'more');
      figure('cpu', 'server CPU a call', 'ms', ({ cpu, counts }) => cpu.server / counts.calls);
      figure('p99', 'p99', 'ms', ({ times }) => times.call.quantile(0.99));
      section.latencyChart(`${label}: a call`, 'call', pair);
      await arrivals(
        lab,
        section,
        { ours, truth },
        { job, theirs },
        { rate, seconds: lab.options.seconds ?? rateSeconds },
      );
    });
  });
}

async function arrivals(lab, section, targets, { job, theirs }, loop) {
  const jobs = { ours: { ...job, ...loop }, truth: { ...theirs, ...loop } };
  const measured = await lab.alternate(targets, jobs, `api, ${loop.rate} arrivals/s for ${loop.seconds} s`);
  const pair = { ...measured, truthName: 'json' };
  const label = `${loop.rate} arrivals/s`;
  section.add(label, pair);
  section.figure(
    { id: `rate-${loop.rate}/mean`, label: `${label}: mean`, unit: 'ms' },
    pair,
    ({ times }) => times.call.mean,
  );
  section.figure({ id: `rate-${loop.rate}/p99`, label: `${label}: p99`, unit: 'ms' }, pair, ({ times }) =>
    times.call.quantile(0.99),
  );
  section.latencyChart(`${label}: a call`, 'call', pair);
  section.timeCharts(label, pair, 'calls');
}
