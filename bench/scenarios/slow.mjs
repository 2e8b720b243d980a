// Readers that never read: they open the stream of one long answer and take nothing from their sockets. What a slow client
// can cost the server is bounded; its memory must not grow with the answer times the readers.
import { totalMemory } from '../system/processes.mjs';
import { modelOf } from '../text.mjs';
import { ONE_ADDRESS, TIRELESS_CALLER } from './lifts.mjs';

export const name = 'slow';
export const about = 'Readers that never read';
export const lifts = { ...ONE_ADDRESS, ...TIRELESS_CALLER };

/** As fast as the pacer goes: about 12 kB a second. */
const PACE_MS = 5;
const TOKENS_A_SECOND = 1000 / PACE_MS;

export async function run(lab, backend, section) {
  const { users = 500, seconds = 30 } = lab.options;
  const model = modelOf(TOKENS_A_SECOND * (seconds + 5), PACE_MS);
  await lab.withServer({ backend, models: [model], env: lifts, workers: 1 }, async (ours) => {
    const accounts = await lab.accounts(ours, 1);
    const pids = await ours.pids();
    const memory = {};
    const job = { kind: 'slow', model, accounts, readers: users, seconds };
    const measured = await lab.measure(ours, job, (phase) => (memory[phase] = totalMemory(pids)));
    const pair = { ours: [measured] };
    section.add(`${users} readers`, pair);
    section.figure({ id: `${users}/kb`, label: `${users} readers: memory of one`, unit: 'kB' }, pair, () => {
      return ((memory.end - memory.begin) * 1024) / users;
    });
    section.timeCharts('readers that never read', pair, 'tokens');
  });
}
