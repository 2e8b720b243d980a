// npm run capacity: how many processes, cores and connections some load needs, reckoned from what the benchmark measured.
import './node-version.mjs';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HELP, parse } from './capacity/arguments.mjs';
import { plan } from './capacity/plan.mjs';
import { planText } from './capacity/text.mjs';

const file = join(dirname(fileURLToPath(import.meta.url)), '../bench/costs.json');

try {
  const wanted = parse(process.argv.slice(2));
  if (wanted.help) console.log(HELP);
  else {
    const costs = JSON.parse(readFileSync(file, 'utf8'));
    const sheet = plan(wanted, costs);
    console.log(wanted.json ? JSON.stringify(sheet.sections, null, 2) : planText(sheet, costs));
  }
} catch (error) {
  console.error(`${error.message}\n\n${HELP}`);
  process.exitCode = 2;
}
