import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const NAME = 'parley';
let known: string | undefined;

function findFrom(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      if (name === NAME) return version;
    } catch {
      // No package here: look further up.
    }
    if (dirname(folder) === folder) return undefined;
  }
}

/** The product's version, from its own package.json above the started script, else above the current folder. */
export function version(): string {
  known ??= findFrom(dirname(process.argv[1] ?? '')) ?? findFrom(process.cwd()) ?? 'unknown';
  return known;
}
