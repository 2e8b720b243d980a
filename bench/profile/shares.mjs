// Which package, and which function, how much of a profile is. Reads .cpuprofile (self time) and .heapprofile (bytes that
// were allocated and are still held): `node bench/profile/shares.mjs <file> …` prints them.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** `node_modules/<package>`, our own folders by two names, Node's own modules, and what the engine does. */
function packageOf({ url, functionName }) {
  const inPackage = url.split('node_modules/').at(-1);
  if (inPackage !== url) return inPackage.split('/', inPackage.startsWith('@') ? 2 : 1).join('/');
  if (url.startsWith('node:')) return url.split('/')[0] === 'node:internal' ? url.split('/', 2).join('/') : url;
  const ours = /\/dist\/((?:src|libs)\/[^/]+)/.exec(url) ?? /\/((?:src|libs)\/[^/]+)/.exec(url);
  if (ours) return ours[1];
  return url || (functionName.startsWith('(') ? functionName : `native ${functionName}`);
}

function addCpu({ nodes, samples, timeDeltas }, add) {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  samples.forEach((id, i) => add(byId.get(id), timeDeltas[i] / 1000));
}

function addHeap(node, add) {
  add(node.callFrame, node.selfSize / 1024);
  for (const child of node.children) addHeap(child, add);
}

/** What waits, and what the profiler itself does. */
const isNothing = ({ functionName, url }) => url === '' && ['(idle)', 'dispatch'].includes(functionName);

/** `{ unit, total, packages, functions }` with `[name, amount]`, most first. */
export function sharesOf(profiles) {
  const packages = new Map();
  const functions = new Map();
  let total = 0;
  const add = (frame, amount) => {
    if (isNothing(frame) || !(amount > 0)) return;
    total += amount;
    const name = packageOf(frame);
    packages.set(name, (packages.get(name) ?? 0) + amount);
    const where = frame.url ? `${frame.functionName || '(anonymous)'} ${name}:${frame.lineNumber + 1}` : name;
    functions.set(where, (functions.get(where) ?? 0) + amount);
  };
  for (const profile of profiles) {
    if (profile.samples && profile.timeDeltas) addCpu(profile, add);
    else addHeap(profile.head, add);
  }
  const sorted = (map, count) => [...map].sort(([, a], [, b]) => b - a).slice(0, count);
  const unit = profiles[0]?.timeDeltas ? 'ms' : 'kB';
  return { unit, total, packages: sorted(packages, 25), functions: sorted(functions, 30) };
}

export function sharesText({ unit, total, packages, functions }) {
  const line = ([name, amount]) =>
    `  ${((amount / total) * 100).toFixed(1).padStart(5)} %  ${amount.toFixed(0).padStart(8)} ${unit}  ${name}`;
  return ['by package:', ...packages.map(line), 'by function:', ...functions.map(line)].join('\n');
}

export const readProfiles = (files) => files.map((file) => JSON.parse(readFileSync(file, 'utf8')));

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(sharesText(sharesOf(readProfiles(process.argv.slice(2)))));
}
