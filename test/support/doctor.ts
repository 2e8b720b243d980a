import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { askedModels } from '../../src/models/configured-models.js';
import { envFileWarnings } from '../../src/config/env-file-check.js';
import { loadConfig } from '../../src/config/load.js';
import { doctorCommand } from '../../src/commands/doctor/doctor-command.js';
import type { Finding } from '../../src/commands/doctor/findings/finding.js';
import { runningInstances } from '../../src/commands/running-servers.js';

const cli = resolve(__dirname, '../../dist/src/cli.js');

/** What `npm run doctor` found, by check. */
export interface Diagnosis {
  code: number | null;
  said: string;
  ok: boolean;
  found: Record<string, Finding>;
  /** Of the problems, sorted. */
  problems: string[];
}

/** Runs it in this process, in a folder of its own. */
export async function doctor(env: Record<string, string>, args: string[] = []): Promise<Diagnosis> {
  return inFolder(async (folder) => {
    const said: string[] = [];
    const io = { out: (line: string) => void said.push(line), err: (line: string) => void said.push(line) };
    const load = () => loadConfig({ DATA_DIR: folder, ...env }, folder);
    const envFile = () => envFileWarnings(env, folder);
    const sources = { load, envFile, instances: runningInstances, models: askedModels };
    return read(await doctorCommand([...args, '--json'], sources, io), said.join('\n'));
  });
}

/** Runs it as an operator does. `files`: the limit of open files. */
export async function doctorProcess(
  env: Record<string, string>,
  args: string[] = [],
  { files }: { files?: number } = {},
): Promise<Diagnosis> {
  return inFolder(async (folder) => {
    const limit = files ? `ulimit -n ${files} && ` : '';
    const child = spawn('sh', ['-c', `${limit}exec "$0" "$@"`, process.execPath, cli, 'doctor', ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, DATA_DIR: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    const timer = setTimeout(() => child.kill('SIGKILL'), 240_000);
    const [code] = (await once(child, 'close')) as [number | null];
    clearTimeout(timer);
    return read(code, said);
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-doctor-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(code: number | null, said: string): Diagnosis {
  if (!said.startsWith('{')) return { code, said, ok: code === 0, found: {}, problems: [] };
  const { ok, findings } = JSON.parse(said) as { ok: boolean; findings: Finding[] };
  const found = Object.fromEntries(findings.map((finding) => [finding.check, finding]));
  const problems = findings.filter(({ level }) => level === 'problem').map(({ check }) => check);
  return { code, said, ok, found, problems: problems.sort() };
}
