// Starts what a benchmark needs as processes of their own, on the same two cores, and looks at what they use.
import { execFileSync, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const here = import.meta.dirname;
export const main = join(here, '../dist/src/main.js');

/** Limits that would be in the way: the load comes from one address, and a user here asks more than a person can. */
export const OVERRIDES = {
  MESSAGE_USER_MAX: '0',
  CONCURRENT_MESSAGE_MAX: '0',
  API_MAX: '0',
  REGISTER_MAX: '0',
  LOGIN_MAX: '0',
};

const children = [];
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

const TICKS = 100;
/** CPU ms that a process has used (Linux). */
export function cpuMs(pid) {
  if (!existsSync(`/proc/${pid}/stat`)) return NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}

export function residentMb(pid) {
  const match = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(match[1]) / 1024);
}

/** Ends it with this process. */
export function own(child) {
  children.push(child);
  return child;
}

/** Holds it on two cores. */
export function pinned(child) {
  try {
    execFileSync('taskset', ['-acp', '0,1', String(child.pid)], { stdio: 'ignore' });
  } catch {
    console.log('(no taskset: all cores are used)');
  }
  return child;
}

export function start(file, env = {}, args = []) {
  const options = {
    execArgv: file === main && process.env.PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.PROFILE}`] : [],
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  };
  return pinned(own(fork(file, args, options)));
}

export const message = (child) => new Promise((resolve) => child.once('message', resolve));

export function listening(child) {
  return new Promise((resolve) => {
    let output = '';
    child.stdout.on('data', (chunk) => {
      const found = /listens on (http:\S+)/.exec((output += chunk));
      if (found) resolve(found[1]);
    });
  });
}

async function account(url, n) {
  const body = { name: `User ${n}`, email: `user${n}@example.org`, password: 'bench-user-password' };
  const post = (path) =>
    fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const { email, password } = body;
  const registered = await post('/api/auth/register');
  if (registered.status !== 201) throw new Error(await registered.text());
  const answer = await fetch(`${url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  return (await answer.json()).token;
}

export async function accounts(url, count) {
  const tokens = [];
  for (let i = 0; i < count; i += 20) {
    const some = Array.from({ length: Math.min(20, count - i) }, (_, j) => account(url, i + j));
    tokens.push(...(await Promise.all(some)));
  }
  return tokens;
}
