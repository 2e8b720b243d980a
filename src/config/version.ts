import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Package {
  folder: string;
  version: string;
}

const NAME = 'parley';
let known: Package | undefined;

function findFrom(start: string): Package | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      if (name === NAME) return { folder, version };
    } catch {
      // No package here: look further up.
    }
    if (dirname(folder) === folder) return undefined;
  }
}

/** The product's own package: above the started script, else above the current folder. */
function ownPackage(): Package {
  known ??= findFrom(dirname(process.argv[1] ?? '')) ??
    findFrom(process.cwd()) ?? { folder: process.cwd(), version: 'unknown' };
  return known;
}

/** The product's version, from its own package.json. */
export function version(): string {
  return ownPackage().version;
}

/** The folder that the product was installed in. */
export function installFolder(): string {
  return ownPackage().folder;
}
