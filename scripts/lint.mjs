// npm run lint: all that is checked without running anything, two things at a time, each shown when it is over.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from './workspace.mjs';

const bin = (name) => join(root, 'node_modules', ...name);
const tsc = bin(['typescript', 'bin', 'tsc']);

/** The longest first. */
const CHECKS = {
  eslint: [bin(['eslint', 'bin', 'eslint.js']), '.'],
  'types of the server and its tests': [tsc, '--noEmit', '-p', 'tsconfig.json'],
  'types of the page': [tsc, '-p', 'web/tsconfig.json'],
  'types of the page’s tests': [tsc, '-p', 'test/web/tsconfig.json'],
  prettier: [bin(['prettier', 'bin', 'prettier.cjs']), '--check', '.'],
  'who may import whom': [
    bin(['dependency-cruiser', 'bin', 'dependency-cruise.mjs']),
    ...['src', 'libs', 'web/src', '--config', '.dependency-cruiser.js'],
  ],
  'the shape of src and libs': [join(root, 'scripts/structure.mjs')],
};

const waiting = Object.entries(CHECKS);
let failed = 0;

async function work() {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [what, args] = next;
    const from = Date.now();
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    const [code] = await once(child, 'close');
    if (code !== 0) failed++;
    console.log(`${code === 0 ? 'Right' : 'WRONG'}: ${what} (${Math.round((Date.now() - from) / 1000)} s)`);
    if (code !== 0) console.log(said);
  }
}

await Promise.all([work(), work()]);
process.exitCode = failed === 0 ? 0 : 1;
