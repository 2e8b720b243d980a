// The product: one process, or workers under a PM2 of their own, as ecosystem.config.js says.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NODE_FLAGS } from '../../scripts/node-flags.mjs';
import { end, freePort, own, root, temporaryFolder } from './processes.mjs';

const READY_MS = 60_000;

async function ready(url) {
  for (const until = Date.now() + READY_MS; Date.now() < until; await sleep(50)) {
    if ((await fetch(`${url}/health/ready`).catch(() => undefined))?.status === 200) return;
  }
  throw new Error(`the server is not ready after ${READY_MS / 1000} s`);
}

/** Directly, in a process of its own. Its log goes to a file, as an operator's would. `folder`: of the build. */
export async function startProcess(env, folder = root) {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const log = openSync(join(temporaryFolder('log'), 'server.log'), 'a');
  const child = own(
    spawn(process.execPath, [...NODE_FLAGS, join(folder, 'dist/src/main.js')], {
      cwd: folder,
      env: { PATH: process.env.PATH, NODE_ENV: 'production', PORT: port, ...env },
      stdio: ['ignore', log, 'inherit'],
    }),
  );
  await Promise.race([ready(url), once(child, 'exit').then(([code]) => Promise.reject(new Error(`exit ${code}`)))]);
  return { url, pids: async () => [child.pid], stop: () => end(child) };
}

/** Under PM2, whose daemon is ended with the server. */
export async function startUnderPm2(env, workers, folder = root) {
  const pm2 = join(folder, 'node_modules/pm2/bin/pm2');
  const home = temporaryFolder('pm2');
  const url = `http://127.0.0.1:${await freePort()}`;
  const instances = { PORT: new URL(url).port, INSTANCES: String(workers) };
  const all = { PATH: process.env.PATH, ...env, ...instances, PM2_HOME: home, HOME: home, LOG_DIR: home };
  const run = (...args) => pm2Command([pm2, ...args], { cwd: folder, env: all }, join(home, 'command.log'));
  const seen = new Set();
  /** The daemon and what it started: none of them is our child. */
  const killAll = () => {
    const file = join(home, 'pm2.pid');
    if (existsSync(file)) seen.add(Number(readFileSync(file, 'utf8')));
    seen.forEach(tryKill);
  };
  const pids = async () => {
    const text = execFileSync(process.execPath, [pm2, 'pid', 'parley'], { cwd: folder, env: all, encoding: 'utf8' });
    const found = text.split('\n').map(Number).filter(Boolean);
    for (const pid of found) seen.add(pid);
    return found;
  };
  const stop = async () => {
    await run('kill').catch(() => undefined);
    process.off('exit', killAll);
    killAll();
  };
  process.prependListener('exit', killAll);
  try {
    await run('start', 'ecosystem.config.js', '--only', 'parley');
    await ready(url);
    await pids();
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, pids, stop, reload: () => run('reload', 'ecosystem.config.js', '--only', 'parley') };
}

/** The daemon outlives the command: its output must not hang on ours. */
async function pm2Command(args, { cwd, env }, file) {
  const log = openSync(file, 'a');
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', log, log] });
  const [code] = await once(child, 'exit');
  closeSync(log);
  if (code !== 0) throw new Error(`pm2 ${args[1]}: ${code}\n${readFileSync(file, 'utf8')}`);
}

function tryKill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
