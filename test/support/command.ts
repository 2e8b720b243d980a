import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const cli = resolve(__dirname, '../../dist/src/cli.js');
const MOST_MS = 120_000;

/** One of the product's commands as an operator runs it: `npm run <name> -- …`. After `build()`. */
export async function command(
  env: Record<string, string>,
  name: string,
  ...args: string[]
): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [cli, name, ...args], {
    cwd: env.DATA_DIR,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const timer = setTimeout(() => child.kill('SIGKILL'), MOST_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return { code, said };
}
