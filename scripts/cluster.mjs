// npm run start:cluster: the processes of ecosystem.config.js in the foreground, for containers and systemd.
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

prepare();
const runtime = join(root, 'node_modules', 'pm2', 'bin', 'pm2-runtime');
const args = [runtime, 'start', join(root, 'ecosystem.config.js'), ...process.argv.slice(2)];
const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
