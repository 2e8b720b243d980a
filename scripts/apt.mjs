// What the tests need besides Node: installed by apt where that is possible.
import { spawnSync } from 'node:child_process';

export const runs = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Debian and Ubuntu, as root. A server that a package would start as a service is not wanted: RUNLEVEL=1 prevents it. */
export function installWithApt(name) {
  if (process.getuid?.() !== 0 || !runs('apt-get', '--version')) return false;
  console.log(`Installing ${name} for the tests (once) …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', name]]) {
    const { status, stdout, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8' });
    if (status === 0) continue;
    console.error(stdout, stderr);
    return false;
  }
  return true;
}
