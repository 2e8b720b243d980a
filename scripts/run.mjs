// Runs a script of the built product in this terminal, and passes on signals, messages and the exit code.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { NODE_FLAGS } from './node-flags.mjs';
import { whenNpmIsGone } from './npm-gone.mjs';
import { root } from './prepare.mjs';

/** `script` under dist/. Does not come back: this process ends as the script does. */
export function run(script, args) {
  const stdio = process.send ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit';
  const child = spawn(process.execPath, [...NODE_FLAGS, join(root, 'dist', script), ...args], { stdio });

  // A terminal's Ctrl-C reaches the child by itself as well; it takes both for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  whenNpmIsGone(() => child.kill('SIGTERM'));
  if (process.send) {
    child.on('message', (message) => process.send(message));
    process.on('message', (message) => child.send(message));
  }
  child.on('error', (error) => {
    console.error(`Can't run ${script}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
