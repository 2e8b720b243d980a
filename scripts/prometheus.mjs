// The tests run the real Prometheus and its promtool: installs them where that is possible, else says what to do.
import { installWithApt, runs } from './apt.mjs';

const isThere = () => runs('prometheus', '--version') && runs('promtool', '--version');

/** Ends the process where there is no Prometheus and none can be installed. */
export function requirePrometheus() {
  if (isThere()) return;
  if (installWithApt('prometheus') && isThere()) return;
  console.error(
    'The tests need prometheus and promtool, 2.42 or later, on the PATH. Install them (Debian, Ubuntu: apt-get install ' +
      'prometheus; macOS: brew install prometheus) and run them again.',
  );
  process.exit(1);
}
