// npm test: every test, from a fresh clone too. Further arguments go to Jest.
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { prepare, root } from './prepare.mjs';
import { requireRedis } from './redis.mjs';

/** Which adapters there are, by backend: their contract suites run on each. */
function backends() {
  const found = {};
  for (const folder of ['libs', 'src']) {
    for (const file of readdirSync(join(root, folder), { recursive: true })) {
      const [, port, backend] = /^(.+)\.(memory|sqlite|redis|mongo|bullmq)\.ts$/.exec(basename(file)) ?? [];
      if (backend) (found[backend] ??= []).push(port);
    }
  }
  const lines = Object.entries(found).map(([backend, ports]) => `  ${backend}: ${ports.sort().join(', ')}`);
  return ['Backends under test (redis: a server of our own; the others within the process):', ...lines.sort()].join(
    '\n',
  );
}

prepare({ build: true });
requireRedis();
console.log(backends());

const folder = mkdtempSync(join(tmpdir(), 'parley-test-'));
const outcome = join(folder, 'outcome.json');
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const args = [jest, '--json', `--outputFile=${outcome}`, ...process.argv.slice(2)];
// With --json Jest prints its report to stderr, and the JSON to stdout, which nobody needs twice.
const child = spawn(process.execPath, args, { cwd: root, stdio: ['inherit', 'ignore', 'inherit'] });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));

child.on('exit', (code) => {
  let passed = 0;
  let failed = 1;
  try {
    const result = JSON.parse(readFileSync(outcome, 'utf8'));
    passed = result.numPassedTests;
    failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  } catch {
    console.error('Jest wrote no result.');
  }
  rmSync(folder, { recursive: true, force: true });
  console.log(backends());
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = code ?? 1;
});
