// The tests run real servers of their own: installs them where that is possible, says what to do where it is not.
import { installWithApt, runs } from './apt.mjs';

const SERVERS = {
  redis: {
    what: 'redis-server 6.2 or later',
    debian: 'redis-server',
    others: 'Fedora: dnf install redis; macOS: brew install redis',
    isThere: () => runs('redis-server', '--version'),
  },
  nginx: {
    what: 'nginx 1.19.10 or later',
    debian: 'nginx-light',
    others: 'Fedora: dnf install nginx; macOS: brew install nginx',
    isThere: () => runs('nginx', '-v'),
  },
  prometheus: {
    what: 'prometheus and promtool, 2.42 or later,',
    debian: 'prometheus',
    others: 'macOS: brew install prometheus',
    isThere: () => runs('prometheus', '--version') && runs('promtool', '--version'),
  },
};

/** Ends the process where there is none of that name and none can be installed. */
export function requireServer(name) {
  const { what, debian, others, isThere } = SERVERS[name];
  if (isThere() || (installWithApt(debian) && isThere())) return;
  console.error(
    `The tests need ${what} on the PATH. Install it (Debian, Ubuntu: apt-get install ${debian}; ${others}) and run them again.`,
  );
  process.exit(1);
}
