// npm test: every test that takes seconds, from a fresh clone too; further arguments go to Jest. npm test -- --quick: what
// starts nothing, for whoever is writing. npm run test:deploy: what takes longer, of whole installations.
import './node-version.mjs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';
import { requireChromium } from './chromium.mjs';
import { requireServer } from './real-servers.mjs';
import { backends } from './testing/backends.mjs';
import { chosenBy } from './testing/rounds.mjs';
import { runJest } from './testing/run-jest.mjs';

const { rounds, needs, left = [], env, whenPassed, isBuilt = true } = chosenBy(process.argv.slice(2));
if (isBuilt || !existsSync(join(root, 'node_modules'))) prepare();
for (const name of needs) {
  if (name === 'chromium') requireChromium();
  else requireServer(name);
}
console.log(backends());

const from = Date.now();
const total = { passed: 0, failed: 0 };
for (const round of rounds) {
  for (const { passed, failed } of await Promise.all(round.map((args) => runJest(args, env)))) {
    total.passed += passed;
    total.failed += failed;
  }
}
const seconds = Math.round((Date.now() - from) / 1000);
if (total.failed === 0) whenPassed?.();
console.log(backends());
if (left.length > 0) console.log(['Left out:', ...left].join('\n  '));
console.log(`In ${Math.floor(seconds / 60)} min ${seconds % 60} s:`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
