// The tests of the web client run in a real Chromium: installs one where that is possible, says what to do where it is not.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installWithApt } from './apt.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const ON_A_MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** CHROME_PATH, else the first that is found. */
function findChromium() {
  const { CHROME_PATH, PATH = '' } = process.env;
  if (CHROME_PATH) return existsSync(CHROME_PATH) ? CHROME_PATH : undefined;
  const folders = PATH.split(delimiter).filter(Boolean);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...candidates, ON_A_MAC].find((path) => existsSync(path));
}

/** Where it is, also in CHROME_PATH for whoever is started from here. Ends the process where there is none. */
export function requireChromium() {
  const path = findChromium() ?? (installWithApt('chromium') ? findChromium() : undefined);
  if (!path) {
    console.error(
      'The tests of the web client need Chromium or Chrome, on the PATH or named by CHROME_PATH. Install it (Debian: ' +
        'apt-get install chromium; Fedora: dnf install chromium; macOS: brew install --cask google-chrome) and run them again.',
    );
    process.exit(1);
  }
  process.env.CHROME_PATH = path;
  return path;
}
