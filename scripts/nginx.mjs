// The tests put the real nginx before two instances: installs one where that is possible, says what to do where it is not.
import { installWithApt, runs } from './apt.mjs';

/** Ends the process where there is no nginx and none can be installed. */
export function requireNginx() {
  if (runs('nginx', '-v')) return;
  if (installWithApt('nginx-light') && runs('nginx', '-v')) return;
  console.error(
    'The tests need nginx 1.19.10 or later on the PATH. Install it (Debian, Ubuntu: apt-get install nginx-light; Fedora: ' +
      'dnf install nginx; macOS: brew install nginx) and run them again.',
  );
  process.exit(1);
}
