// People give files while others read their answers: what uploads cost those who read, and what they take of memory. The
// readers alone are the ground truth.
import { modelOf } from '../text.mjs';
import { ONE_ADDRESS, TIRELESS_ASKER, TIRELESS_CALLER } from './lifts.mjs';
import { warmUp } from './warm-up.mjs';

export const name = 'uploads';
export const about = 'Files of 1 MB, beside people who read';
const HIGH = '1000000000';
export const lifts = {
  ...ONE_ADDRESS,
  ...TIRELESS_ASKER,
  ...TIRELESS_CALLER,
  FILE_USER_MAX: HIGH,
  FILES_USER_QUOTA: '100GB',
};

const FILES = 1000;
const TOKENS_A_SECOND = 20;
const MODEL = modelOf(TOKENS_A_SECOND * 5, 1000 / TOKENS_A_SECOND);
const SHORT = modelOf(40, 15);

export async function run(lab, backend, section) {
  const { users = 50, seconds = 20 } = lab.options;
  await lab.withServer({ backend, models: [MODEL, SHORT], env: lifts }, async (ours) => {
    const accounts = await lab.accounts(ours, users * 2);
    await warmUp(lab, { ours }, { kind: 'ask', endpoint: 'openAI', model: SHORT, accounts: accounts.slice(0, users) });
    const job = { kind: 'uploads', model: MODEL, accounts, readers: users, seconds };
    const truth = [];
    for (const kind of ['text', 'photo']) {
      const pair = { ours: [], truth, truthName: 'without' };
      for (let run = 1; run <= lab.options.runs; run++) {
        lab.log(`uploads, ${kind}, run ${run} of ${lab.options.runs}`);
        if (truth.length < run) truth.push(await lab.measure(ours, job));
        pair.ours.push(await lab.measure(ours, { ...job, files: FILES, content: kind }));
      }
      report(section, kind, `${users} people give ${FILES} files (${kind})`, pair);
    }
  });
}

function report(section, id, label, pair) {
  section.add(label, pair);
  const figure = (what, name, unit, pick, own = pair) =>
    section.figure({ id: `${id}/${what}`, label: `${label}: ${name}`, unit }, own, pick);
  const alone = { ours: pair.ours };
  figure('gap-p99', 'gap between tokens of who reads, p99', 'ms', ({ times }) => times.gap.quantile(0.99));
  figure('memory', 'most memory of the server', 'MB', ({ samples }) => Math.max(...samples.map((s) => s.memoryMb)));
  figure('upload-p99', 'upload p99', 'ms', ({ times }) => times.upload.quantile(0.99), alone);
  figure('cpu', 'server CPU a file', 'ms', ({ cpu, counts }) => cpu.server / counts.files, alone);
  section.latencyChart(`${label}: gap between tokens`, 'gap', pair);
  section.timeCharts(label, pair, 'tokens');
}
