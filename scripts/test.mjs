// npm test: every test that takes seconds, from a fresh clone too; further arguments go to Jest. npm run test:deploy: those
// that take longer, of whole installations.
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { prepare, root } from './prepare.mjs';
import { requireChromium } from './chromium.mjs';
import { requireServer } from './real-servers.mjs';

/** Which adapters there are: the folders named by their backend. The contract suites run on each. */
function backends() {
  const found = {};
  for (const folder of ['libs', 'src']) {
    for (const file of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!file.isDirectory() || !/^(memory|sqlite|redis|mongo|bullmq)$/.test(file.name)) continue;
      const port = basename(file.parentPath);
      // The drivers under them bear the same names.
      if (port !== 'libs') (found[file.name] ??= []).push(port);
    }
  }
  const lines = Object.entries(found).map(([backend, ports]) => `  ${backend}: ${ports.sort().join(', ')}`);
  return ['Backends under test (redis: a server of our own; the others within the process):', ...lines.sort()].join(
    '\n',
  );
}

prepare();
requireServer('redis');
/** Whole installations: replaced, restored. */
const LONG = 'test/deploy/long/';
const given = process.argv.slice(2);
const chosen = given[0] === '--deploy' ? ['--runInBand', LONG, ...given.slice(1)] : given;
const includes = (what) => chosen.length === 0 || chosen.some((arg) => arg.includes(what));
if (includes('web')) requireChromium();
if (includes('deploy')) {
  requireServer('nginx');
  requireServer('prometheus');
}
console.log(backends());

/** These kill servers, run browsers and count seconds: one after the other, beside nothing else. The others share the cores. */
const ALONE = 'test/(pm2|faults|cluster|web|deploy)/';
const rounds =
  chosen.length > 0
    ? [chosen]
    : [
        ['--maxWorkers=2', `--testPathIgnorePatterns=${ALONE}`],
        ['--runInBand', ALONE, `--testPathIgnorePatterns=${LONG}`],
      ];

const folder = mkdtempSync(join(tmpdir(), 'parley-test-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');

/** One run of Jest: how many tests passed and failed. A suite that could not run counts as one that failed. */
async function run(args) {
  const outcome = join(folder, 'outcome.json');
  rmSync(outcome, { force: true });
  // With --json Jest prints its report to stderr, and the JSON to stdout, which nobody needs twice.
  const child = spawn(process.execPath, [jest, '--json', `--outputFile=${outcome}`, ...args], {
    cwd: root,
    // Suites that run the product take the build that was made above.
    env: { ...process.env, PARLEY_BUILT: '1' },
    stdio: ['inherit', 'ignore', 'inherit'],
  });
  const end = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, end);
  const [code] = await once(child, 'exit');
  for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, end);
  if (!existsSync(outcome)) {
    console.error('Jest wrote no result.');
    return { passed: 0, failed: 1 };
  }
  const result = JSON.parse(readFileSync(outcome, 'utf8'));
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return { passed: result.numPassedTests, failed: code === 0 ? failed : Math.max(failed, 1) };
}

const total = { passed: 0, failed: 0 };
for (const args of rounds) {
  const { passed, failed } = await run(args);
  total.passed += passed;
  total.failed += failed;
}
console.log(backends());
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
