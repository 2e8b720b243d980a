// The tests run a redis-server of their own: installs one where that is possible, says what to do where it is not.
import { installWithApt, runs } from './apt.mjs';

/** Ends the process where there is no redis-server and none can be installed. */
export function requireRedis() {
  if (runs('redis-server', '--version')) return;
  if (installWithApt('redis-server') && runs('redis-server', '--version')) return;
  console.error(
    'The tests need redis-server 6.2 or later on the PATH. Install it (Debian, Ubuntu: apt-get install redis-server; ' +
      'Fedora: dnf install redis; macOS: brew install redis) and run them again.',
  );
  process.exit(1);
}
