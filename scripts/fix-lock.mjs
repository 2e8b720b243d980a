// After npm install: makes package-lock.json one that `npm ci` takes on every machine.
// npm writes the names of optional packages for other platforms into the lock without resolving them, and then refuses
// its own lock ("Missing: … from lock file"). Addresses of a registry do not belong into the lock either.
import './node-version.mjs';
import { readFileSync, writeFileSync } from 'node:fs';

const path = process.argv[2] ?? new URL('../package-lock.json', import.meta.url);
const before = readFileSync(path, 'utf8');
const lock = JSON.parse(before);

/** As Node looks it up: in the package's own node_modules, then in those of the folders above it. */
function isResolved(from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (lock.packages[folder ? `${folder}/node_modules/${name}` : `node_modules/${name}`]) return true;
    if (!folder) return false;
  }
}

let dropped = 0;
for (const [folder, entry] of Object.entries(lock.packages)) {
  if (entry.resolved && !entry.link) {
    delete entry.resolved;
    dropped++;
  }
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (isResolved(folder, name)) continue;
    delete entry.optionalDependencies[name];
    dropped++;
  }
  if (entry.optionalDependencies && Object.keys(entry.optionalDependencies).length === 0) {
    delete entry.optionalDependencies;
  }
}

const after = `${JSON.stringify(lock, null, 2)}\n`;
if (after !== before) writeFileSync(path, after);
console.log(dropped === 0 ? 'package-lock.json is in order.' : `package-lock.json: dropped ${dropped} entries.`);
