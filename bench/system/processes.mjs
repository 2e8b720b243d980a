// Starts processes that end with this one, and looks at what they use.
import { execFileSync, fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_FLAGS } from '../../scripts/node-flags.mjs';

export const bench = join(import.meta.dirname, '..');
export const root = join(bench, '..');

const children = new Set();
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

/** Ends it with this process. */
export function own(child) {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

const folders = [];
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder that is gone with this process. */
export function temporaryFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `parley-bench-${name}-`));
  folders.push(folder);
  return folder;
}

/** All that is started from here on runs on these cores, so that a machine with more of them measures the same. */
export function pin(cores) {
  try {
    execFileSync('taskset', ['-acp', cores, String(process.pid)], { stdio: 'ignore' });
    return cores;
  } catch {
    return undefined;
  }
}

export function start(file, env = {}, args = []) {
  // As the product is: what differs is not to be how V8 was started.
  const execArgv = [...NODE_FLAGS];
  const options = { execArgv, env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] };
  return own(fork(file, args, options));
}

/** The next message of a child; rejects where it ends before. */
export function message(child) {
  return new Promise((resolve, reject) => {
    const onExit = (code) => reject(new Error(`${child.spawnargs[1]} ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (content) => {
      child.off('exit', onExit);
      resolve(content);
    });
  });
}

/** Resolves when it is gone: asked first, after 40 s no more. */
export async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 40_000);
  await gone;
  clearTimeout(timer);
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What a process has used so far: CPU in ms, resident memory in MB. Zeros where it is gone. */
export function usage(pid) {
  if (!existsSync('/proc/self/status')) return usageByPs(pid);
  try {
    const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0;
    return { cpuMs: cpuOf(pid), memoryMb: Number(resident) / 1024 };
  } catch {
    return { cpuMs: 0, memoryMb: 0 };
  }
}

/** To the nanosecond, of all threads, where the kernel tells; else in steps of 10 ms. */
function cpuOf(pid) {
  if (existsSync('/proc/self/schedstat')) {
    const threads = readdirSync(`/proc/${pid}/task`);
    const ns = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    );
    return ns.reduce((sum, n) => sum + n, 0) / 1e6;
  }
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Where there is no /proc. */
function usageByPs(pid) {
  try {
    const [time, resident] = execFileSync('ps', ['-o', 'cputime=,rss=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/);
    const seconds = time.split(/[:-]/).reduce((sum, part) => sum * 60 + Number(part), 0);
    return { cpuMs: seconds * 1000, memoryMb: Number(resident) / 1024 };
  } catch {
    return { cpuMs: 0, memoryMb: 0 };
  }
}

export const totalCpu = (pids) => pids.reduce((sum, pid) => sum + usage(pid).cpuMs, 0);
export const totalMemory = (pids) => pids.reduce((sum, pid) => sum + usage(pid).memoryMb, 0);
