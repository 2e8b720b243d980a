// npm run structure: the shape of src and libs in numbers, and whether they are within the limits below. Tests, contracts
// and helpers of tests don't count. An import counts once for each pair of files, of types as of values.
import './node-version.mjs';
import { execFileSync } from 'node:child_process';
import { posix } from 'node:path';
import ts from 'typescript';
import { read, root } from './workspace.mjs';

/** Imports between files of one folder of src, at most: a number that may only fall. Of what else is counted there is none. */
const MOST_INSIDE = { 'src/chat': 60 };

const test = /\.(spec|contract|testing)\.ts$/;
const cruise = ['depcruise', 'src', 'libs', '--config', '.dependency-cruiser.js', '--output-type', 'json'];
const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
const { modules } = JSON.parse(
  execFileSync(npx, ['--no-install', ...cruise], { cwd: root, encoding: 'utf8', maxBuffer: 1e9 }),
);
const files = modules.filter(({ source }) => /^(src|libs)\/.*\.ts$/.test(source) && !test.test(source));
const ours = new Set(files.map(({ source }) => source));

/** All imports of our files by our files, each pair once. */
const imports = files.flatMap(({ source, dependencies }) =>
  [...new Set(dependencies.map(({ resolved }) => resolved))].filter((to) => ours.has(to)).map((to) => [source, to]),
);

/** `src/chat` of `src/chat/api/x.ts`; what lies in src itself is `src`. */
const featureOf = (file) =>
  file
    .split('/')
    .slice(0, Math.min(2, file.split('/').length - 1))
    .join('/');

function features() {
  const rows = [...new Set(files.map(({ source }) => featureOf(source)))].sort();
  return rows.map((name) => ({
    name,
    files: files.filter(({ source }) => featureOf(source) === name).length,
    inside: imports.filter((pair) => pair.every((file) => featureOf(file) === name)).length,
  }));
}

/** A module stands above the folder that it lies in: it picks from its backends, which know the port beside it. */
const placeOf = (file) => (file.endsWith('.module.ts') ? file : posix.dirname(file));

/** Folders that import one another, directly or round about (Tarjan's strongly connected components). */
function knots() {
  const to = new Map();
  for (const [a, b] of imports.map((pair) => pair.map(placeOf))) {
    if (a !== b) to.set(a, (to.get(a) ?? new Set()).add(b));
  }
  const index = new Map();
  const low = new Map();
  const stack = [];
  const found = [];
  const visit = (folder) => {
    index.set(folder, index.size);
    low.set(folder, index.get(folder));
    stack.push(folder);
    for (const next of to.get(folder) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(folder, Math.min(low.get(folder), low.get(next)));
    }
    if (low.get(folder) !== index.get(folder)) return;
    const knot = stack.splice(stack.indexOf(folder));
    if (knot.length > 1) found.push(knot.sort().join(' ↔ '));
  };
  for (const folder of to.keys()) if (!index.has(folder)) visit(folder);
  return found.sort();
}

const PACKAGE = /^(@[^/]+\/)?[^./@][^/]*/;
const BUILT = /\/(dist|build|lib|src|cjs|esm|internal)(\/|$)/;

/** Imports of what another package has built, by its path. */
function deepImports() {
  return files.flatMap(({ source, dependencies }) =>
    dependencies
      .filter(({ module, dependencyTypes }) => PACKAGE.test(module) && !dependencyTypes.includes('core'))
      .filter(({ module }) => BUILT.test(module.replace(PACKAGE, '')))
      .map(({ module }) => `${source}: ${module}`),
  );
}

/** `this['x']`, `client['x']`: what can be named with a dot, and is not, is private. */
function privateAccess() {
  return files.flatMap(({ source }) => {
    const tree = ts.createSourceFile(source, read(source), ts.ScriptTarget.Latest);
    const found = [];
    const look = (node) => {
      if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
        const name = node.argumentExpression.text;
        const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
        if (/^[A-Za-z_$][\w$]*$/.test(name)) found.push(`${source}:${line + 1}: ${node.getText(tree)}`);
      }
      ts.forEachChild(node, look);
    };
    look(tree);
    return found;
  });
}

let tooMany = false;
const check = (count, most) => {
  if (most === undefined) return '';
  tooMany ||= count > most;
  return count > most ? `, MORE THAN ${most}` : `, at most ${most}`;
};

console.log('folder                 files  imports inside');
for (const { name, files: count, inside } of features()) {
  const limit = check(inside, MOST_INSIDE[name]);
  console.log(`${name.padEnd(22)} ${String(count).padStart(5)}  ${String(inside).padStart(5)}${limit}`);
}
for (const [what, found] of Object.entries({
  'knots of folders': knots(),
  "imports of another package's inside": deepImports(),
  'accesses to private members': privateAccess(),
})) {
  console.log(`\n${what}: ${found.length}${check(found.length, 0)}`);
  for (const one of found) console.log(`  ${one}`);
}
process.exitCode = tooMany ? 1 : 0;
