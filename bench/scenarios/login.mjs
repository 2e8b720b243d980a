// Log-ins as fast as they go. A password's hash is made to be slow: *json* checks the same hash, and does nothing else.
import { ONE_ADDRESS } from './lifts.mjs';

export const name = 'login';
export const about = 'Log-ins, as fast as they go';
export const lifts = { ...ONE_ADDRESS };

export async function run(lab, backend, section) {
  const { users = 20, seconds = 10 } = lab.options;
  await lab.withServer({ backend, env: lifts }, async (ours) => {
    const accounts = await lab.accounts(ours, users);
    const { email, password } = accounts[0];
    const answers = JSON.stringify({ answers: {}, user: { email }, password });
    await lab.withTruth('json', { ANSWERS: answers }, async (truth) => {
      const job = { kind: 'login', accounts, users, seconds };
      for (const target of [ours, truth]) await lab.measure(target, { ...job, seconds: 2, profiled: false });
      const pair = { ...(await lab.alternate({ ours, truth }, { ours: job }, 'login')), truthName: 'json' };
      const label = `${users} at once`;
      section.add(label, pair);
      section.figure(
        { id: 'logins', label: `${label}: log-ins`, unit: '1/s', better: 'more' },
        pair,
        ({ counts, took }) => counts.logins / took,
      );
      section.figure(
        { id: 'cpu', label: `${label}: server CPU of one`, unit: 'ms' },
        pair,
        ({ cpu, counts }) => cpu.server / counts.logins,
      );
      section.figure({ id: 'p99', label: `${label}: p99`, unit: 'ms' }, pair, ({ times }) =>
        times.login.quantile(0.99),
      );
      section.latencyChart('a log-in', 'login', pair);
    });
  });
}
