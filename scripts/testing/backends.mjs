import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../workspace.mjs';

/** Which adapters there are: the folders named by their backend. The contract suites run on each. */
export function backends() {
  const found = {};
  for (const folder of ['libs', 'src']) {
    for (const file of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!file.isDirectory() || !/^(memory|sqlite|redis|mongo|bullmq)$/.test(file.name)) continue;
      const port = basename(file.parentPath);
      // The drivers under them bear the same names.
      if (port !== 'libs') (found[file.name] ??= []).push(port);
    }
  }
  const lines = Object.entries(found).map(([backend, ports]) => `  ${backend}: ${ports.sort().join(', ')}`);
  return ['Backends under test (redis: a server of our own; the others within the process):', ...lines.sort()].join(
    '\n',
  );
}
