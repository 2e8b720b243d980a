// npm run bench: what Parley carries, measured. See README.md here.
import '../scripts/node-version.mjs';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { prepare } from '../scripts/prepare.mjs';
import { HELP, parse } from './arguments.mjs';
import { Lab } from './lab.mjs';
import { Profiler } from './profile/profiler.mjs';
import { sharesText } from './profile/shares.mjs';
import { compare, saveBaseline } from './report/baseline.mjs';
import { saveCosts } from './report/costs.mjs';
import { reportHtml } from './report/html.mjs';
import { machine } from './report/machine.mjs';
import { reach } from './report/reach.mjs';
import { Section } from './report/section.mjs';
import { reportText } from './report/text.mjs';
import { bench, pin } from './system/processes.mjs';

/** In the order in which they run: what is read at a glance first. */
const SCENARIOS = [
  'ask',
  'overload',
  'hold',
  'quiet',
  'slow',
  'api',
  'login',
  'uploads',
  'reload',
  'scale',
  'idle',
  'soak',
];

function readArguments() {
  try {
    const options = parse(process.argv.slice(2), SCENARIOS);
    if (!options.help) return options;
    console.log(HELP);
    process.exit(0);
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

/** As anybody would type it; where the report goes is of no interest to them. */
function commandLine(args) {
  const out = args.indexOf('--out');
  const rest = out < 0 ? args : args.toSpliced(out, 2);
  return ['npm run bench', ...(rest.length > 0 ? ['--', ...rest] : [])].join(' ');
}

/** Each scenario on each backend; one that breaks is reported, and the others go on. */
async function runAll(lab, { scenarios, backends }) {
  const sections = [];
  for (const backend of backends) {
    for (const name of scenarios) {
      const scenario = await import(`./scenarios/${name}.mjs`);
      const section = new Section(scenario, backend);
      sections.push(section);
      await scenario.run(lab, backend, section).catch((error) => {
        lab.log(`${name}, ${backend}: ${error.stack}`);
        section.failures[`the scenario broke: ${error.message.split('\n')[0]}`] = 1;
      });
    }
  }
  return sections.map((section) => section.toJSON());
}

const options = readArguments();
const started = performance.now();
// Whoever pipes the report gets nothing but the report.
options.log = (line) => console.error(`[${Math.round((performance.now() - started) / 1000)} s] ${line}`);
if (options.json) console.log = console.error;
prepare();
options.pinned = pin(options.cores);
const out = resolve(options.out ?? bench);
mkdirSync(out, { recursive: true });
if (options.profile) options.profiler = new Profiler(options.profile, join(out, 'profiles'));

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
const lab = await Lab.open(options);
const sections = await runAll(lab, options);
await lab.close();

const report = {
  command: commandLine(process.argv.slice(2)),
  machine: machine(options, lab.started),
  reach: reach(sections),
  comparison: compare(join(bench, 'baseline.json'), sections),
  sections,
};
writeFileSync(join(out, 'report.json'), `${JSON.stringify(report, null, 1)}\n`);
writeFileSync(join(out, 'report.html'), reportHtml(report));
if (options.saveBaseline) saveBaseline(join(bench, 'baseline.json'), report);
if (options.saveCosts) options.log(`costs.json has now ${saveCosts(join(bench, 'costs.json'), report).join(', ')}`);
if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
else console.log(reportText(report));
for (const { profiles } of options.json ? [] : sections) {
  for (const profile of profiles) console.log(`\nProfile: ${profile.label}\n${sharesText(profile)}`);
}
options.log(`${join(out, 'report.json')} and report.html are written`);
const failed = sections.reduce((sum, section) => sum + section.failed, 0);
process.exit(failed > 0 ? 1 : 0);
