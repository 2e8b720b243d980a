import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../workspace.mjs';

const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');

/** One run of Jest: how many tests passed and failed. A suite that could not run counts as one that failed. */
export async function runJest(args, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'parley-test-'));
  const outcome = join(folder, 'outcome.json');
  // With --json Jest prints its report to stderr, and the JSON to stdout, which nobody needs twice.
  const child = spawn(process.execPath, [jest, '--json', `--outputFile=${outcome}`, ...args], {
    cwd: root,
    // Suites that run the product take the build that was made before.
    env: { ...process.env, PARLEY_BUILT: '1', ...env },
    stdio: ['inherit', 'ignore', 'inherit'],
  });
  const end = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, end);
  try {
    const [code] = await once(child, 'exit');
    if (!existsSync(outcome)) {
      console.error('Jest wrote no result.');
      return { passed: 0, failed: 1 };
    }
    const result = JSON.parse(readFileSync(outcome, 'utf8'));
    const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
    return { passed: result.numPassedTests, failed: code === 0 ? failed : Math.max(failed, 1) };
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, end);
    rmSync(folder, { recursive: true, force: true });
  }
}
