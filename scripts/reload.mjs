// npm run reload: replaces the processes that PM2 runs by the present sources and .env, without losing a request. First
// the new build is made beside the old one and tried: a bare `pm2 reload` of one that can't start ends the old workers too.
import './node-version.mjs';
import { spawnSync } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_FLAGS } from './node-flags.mjs';
import { install, root, stampBuild } from './prepare.mjs';
import { buildWeb, dropWeb, isWebStale, publishWeb } from './web.mjs';

const next = join(root, 'dist-next');
const present = join(root, 'dist');
const previous = join(root, 'dist-previous');

function step(what, args, more = {}) {
  console.log(`${what} …`);
  const env = { ...process.env, ...more };
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
  if (status === 0) return;
  rmSync(next, { recursive: true, force: true });
  dropWeb();
  console.error(`${what} failed${error ? `: ${error.message}` : ''}. Nothing was changed: the old processes go on.`);
  process.exit(1);
}

install();
rmSync(next, { recursive: true, force: true });
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
step('Building', [tsc, '-p', 'tsconfig.build.json', '--outDir', next, '--incremental', 'false']);
const hasNewPage = isWebStale();
if (hasNewPage) buildWeb(step);
step('Trying the new build', [...NODE_FLAGS, join(next, 'src', 'main.js'), '--check']);

rmSync(previous, { recursive: true, force: true });
renameSync(present, previous);
renameSync(next, present);
stampBuild();
// Before the processes: the old ones give out the assets of the new page too.
if (hasNewPage) publishWeb();

const pm2 = join(root, 'node_modules', 'pm2', 'bin', 'pm2');
console.log('Replacing the processes one after the other …');
const { status } = spawnSync(process.execPath, [pm2, 'reload', join(root, 'ecosystem.config.js'), '--update-env'], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
