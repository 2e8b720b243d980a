// The tests run a redis-server of their own: installs one where that is possible, says what to do where it is not.
import { spawnSync } from 'node:child_process';

const runs = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Debian's and Ubuntu's package. The server that it would start as a service is not wanted: RUNLEVEL=1 prevents it. */
function installWithApt() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'redis-server']]) {
    const { status, stdout, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8' });
    if (status === 0) continue;
    console.error(stdout, stderr);
    return false;
  }
  return true;
}

/** Ends the process where there is no redis-server and none can be installed. */
export function requireRedis() {
  if (runs('redis-server', '--version')) return;
  if (process.getuid?.() === 0 && runs('apt-get', '--version')) {
    console.log('Installing redis-server for the tests (once) …');
    if (installWithApt() && runs('redis-server', '--version')) return;
  }
  console.error(
    'The tests need redis-server 6.2 or later on the PATH. Install it (Debian, Ubuntu: apt-get install redis-server; ' +
      'Fedora: dnf install redis; macOS: brew install redis) and run them again.',
  );
  process.exit(1);
}
