import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { root } from '../workspace.mjs';

/** The folders beside a port's `contract/` in which a spec calls it: that is what a backend is, whatever its name. */
function folders() {
  const found = ['libs', 'src'].flatMap((top) =>
    readdirSync(join(root, top), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && file.name.endsWith('.spec.ts'))
      .filter(({ parentPath, name }) =>
        /from '\.\.\/contract\/[^/]+\.contract\.js'/.test(readFileSync(join(parentPath, name), 'utf8')),
      ),
  );
  return [...new Set(found.map(({ parentPath }) => parentPath))];
}

/** `memory`, `redis` and so on. */
export function backendNames() {
  return [...new Set(folders().map((folder) => basename(folder)))].sort();
}

/** Which adapters there are. The contract suites run on each. */
export function backends() {
  const found = {};
  for (const folder of folders()) (found[basename(folder)] ??= []).push(basename(dirname(folder)));
  const lines = Object.entries(found).map(([backend, ports]) => `  ${backend}: ${ports.sort().join(', ')}`);
  return ['Backends under test (redis: a server of our own; the others within the process):', ...lines.sort()].join(
    '\n',
  );
}
