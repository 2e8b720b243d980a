// npm run --silent sbom: every package that the product is made of, as CycloneDX on stdout.
// npm knows what the server runs with. What the page is built from are development dependencies, as a server needs none of
// them, and people's browsers get it all the same: so whatever web/src imports is in the list, with all that it needs.
import './node-version.mjs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { filesAt, read, root } from './workspace.mjs';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
const most = { maxBuffer: 100_000_000 };
const bom = JSON.parse(
  execFileSync(npm, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...most }),
);

const DEVELOPMENT = 'cdx:npm:package:development';
const isDevelopment = ({ properties = [] }) => properties.some(({ name }) => name === DEVELOPMENT);
const product = bom.metadata.component;
const needs = new Map(bom.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));

/** The packages that files of the page name, by import or in a style sheet; a path in the package is cut off. */
function namedByPage() {
  const names = new Set();
  for (const file of filesAt(join(root, 'web/src')).filter((path) => /\.(tsx?|css)$/.test(path))) {
    for (const [, name] of read(file).matchAll(/\b(?:from|import)\s*\(?\s*['"]((?:@[^/'"]+\/)?[^./'"][^/'"]*)/g))
      names.add(name);
  }
  return names;
}

// npm marks what is for development; but where two folders hold the same version, by one of them alone. And its own
// `--omit dev` leaves out whatever something for development needs too. So both kinds are followed from where they begin.
const { dependencies } = JSON.parse(read(join(root, 'package.json')));
const named = new Set([...Object.keys(dependencies), ...namedByPage()]);
const part = new Set();
const open = needs.get(product['bom-ref']).filter((ref) => named.has(ref.slice(0, ref.lastIndexOf('@'))));
for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
  if (part.has(ref)) continue;
  part.add(ref);
  open.push(...(needs.get(ref) ?? []));
}

bom.components = bom.components.filter((one) => part.has(one['bom-ref']));
for (const one of bom.components.filter(isDevelopment)) {
  one.scope = 'required';
  one.properties = one.properties.filter(({ name }) => name !== DEVELOPMENT);
}
const kept = new Set([product, ...bom.components].map((one) => one['bom-ref']));
bom.dependencies = bom.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) }));
// npm calls it by the folder that it lies in.
product.name = 'parley';
process.stdout.write(`${JSON.stringify(bom, null, 2)}\n`);
