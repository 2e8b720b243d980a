// npm run start:cluster: the processes of ecosystem.config.js in the foreground. Containers and systemd
// best run this file itself: what they signal is then what is to stop.
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { whenNpmIsGone } from './npm-gone.mjs';
import { prepare, root } from './prepare.mjs';
import { run } from './run.mjs';

prepare();
// What `npm start` takes is not to start a cluster instead.
if (process.argv.includes('--check')) run('src/main.js', process.argv.slice(2));
else serve();

function serve() {
  const runtime = join(root, 'node_modules', 'pm2', 'bin', 'pm2-runtime');
  const args = [runtime, 'start', join(root, 'ecosystem.config.js'), ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  whenNpmIsGone(() => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
