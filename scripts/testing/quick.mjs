// npm test -- --quick: which specs those are. In src, libs and web/src, whatever starts nothing: neither it nor the test code
// that it imports names node:child_process, a browser or the stand-in for MongoDB.
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { filesAt, read, root } from '../workspace.mjs';

const FOLDERS = ['src', 'libs', 'web/src'];
const STARTS = /^(node:child_process|playwright-core)$|mongo-stand-in\//;
const TEST_CODE = /\.(spec|contract|testing)\.ts$|[\\/]test[\\/]/;

/** What a file imports by a name that stands in it: for types alone too, which costs a spec or two and is simple. */
const importsOf = (file) => [...read(file).matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name]) => name);

/** The file of ours that a relative import means. */
function resolved(from, name) {
  const path = join(dirname(from), name.replace(/\.js$/, ''));
  return [`${path}.ts`, `${path}.tsx`, path].find(existsSync);
}

/** Whether it, or the test code that it imports, starts a process, a browser or a server. */
function starts(file, seen = new Set()) {
  seen.add(file);
  return importsOf(file).some((name) => {
    if (STARTS.test(name)) return true;
    if (!name.startsWith('.')) return false;
    const next = resolved(file, name);
    return next !== undefined && TEST_CODE.test(next) && !seen.has(next) && starts(next, seen);
  });
}

/** Both lists, as paths from the root. */
export function quickSpecs() {
  const specs = FOLDERS.flatMap((folder) => filesAt(join(root, folder), ['node_modules']));
  const all = specs.filter((file) => file.endsWith('.spec.ts'));
  const names = (files) => files.map((file) => relative(root, file).replaceAll('\\', '/'));
  const left = all.filter((file) => starts(file));
  return { quick: names(all.filter((file) => !left.includes(file))), left: names(left) };
}
