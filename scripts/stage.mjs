// Installs and builds beside what runs, in dist-next: a copy of what a build needs, with packages of its own where the lock has
// changed. When it is whole it is exchanged by renames, so whatever starts meets one installation or the other. A process
// that runs has loaded all that it needs (docs/architecture/life-cycle.md). Plain Node, no dependencies.
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { hash, read, root, stateOf } from './workspace.mjs';

/** Where it is made: a folder as the root is one. */
export const stage = join(root, 'dist-next');

const lock = join(root, 'package-lock.json');
const sources = ['src', 'libs', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
const INSTALLED = join('node_modules', '.parley-installed');
const BUILT = join('dist', '.parley-built');

/** Which install belongs to this lock, on this kind of machine. */
const installWanted = () => hash([read(lock), process.platform, process.arch].join('\n'));

/** Which build belongs to these sources. */
const buildWanted = () => stateOf(sources);

/** Whether somebody ran `npm ci` or `npm install` by hand: npm notes what it put there. */
function npmAgrees() {
  const there = read(join(root, 'node_modules', '.package-lock.json'));
  if (!there) return false;
  const installed = JSON.parse(there).packages;
  return Object.entries(JSON.parse(read(lock)).packages).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

/** Whether the packages are those of the lock. */
export function isInstalled() {
  if (read(join(root, INSTALLED)) === installWanted()) return true;
  if (!npmAgrees()) return false;
  writeFileSync(join(root, INSTALLED), installWanted());
  return true;
}

/** Whether the build is that of the sources. */
export const isBuilt = () => read(join(root, BUILT)) === buildWanted();

/** After a build of the server by other means: there is nothing to be built. */
export function stampBuild() {
  writeFileSync(join(root, BUILT), buildWanted());
}

/** Whether packages were installed beside: else there is a link to the present ones. */
const hasPackages = () => lstatSync(join(stage, 'node_modules'), { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Who works in `stage`: two at once would exchange what the other one has half made. */
const claim = `${stage}.pid`;
/** Nobody takes so long: whoever it was, its number is another process's by now. */
const LONGEST_MS = 30 * 60_000;

function isClaimed() {
  const pid = Number(read(claim));
  const { mtimeMs = 0 } = statSync(claim, { throwIfNoEntry: false }) ?? {};
  if (!pid || pid === process.pid || Date.now() - mtimeMs > LONGEST_MS) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Takes `stage` for this process; where another one works in it, waits until that has done. Gone with the process. */
export function claimStage() {
  for (let isTold = false; ;) {
    try {
      writeFileSync(claim, String(process.pid), { flag: 'wx' });
      process.once('exit', releaseStage);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isClaimed()) rmSync(claim, { force: true });
    else if (!isTold) console.log(`Process ${read(claim)} installs or builds here: waiting for it …`);
    isTold = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

export function releaseStage() {
  if (Number(read(claim)) === process.pid) rmSync(claim, { force: true });
}

/** Installs the lock's packages beside. `run(what, command, args, options)` does not come back where that fails. */
export function install(run) {
  unstage();
  mkdirSync(stage);
  for (const name of ['package.json', 'package-lock.json', '.npmrc']) copy(name);
  // Development packages too, whatever NODE_ENV says: the build needs them. Nothing here needs an install script.
  const args = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const what = 'Installing packages';
  if (npm) run(what, process.execPath, [npm, ...args], { cwd: stage });
  else run(what, 'npm', args, { cwd: stage, shell: process.platform === 'win32' });
  writeFileSync(join(stage, INSTALLED), installWanted());
}

/** Copies what a build is made of; packages are those that were installed beside, else the present ones. */
export function layOut() {
  mkdirSync(stage, { recursive: true });
  for (const name of [...sources, 'web']) copy(name);
  if (!hasPackages()) symlinkSync(join(root, 'node_modules'), join(stage, 'node_modules'), 'junction');
}

/** Builds the server beside, after `layOut`. */
export function buildServer(runNode) {
  const wanted = buildWanted();
  // The compiler itself: Nest's program does no more with it here, and does not run on the first Node.js 20.19.
  const tsc = join(stage, 'node_modules', 'typescript', 'bin', 'tsc');
  runNode('Building', [tsc, '-p', 'tsconfig.build.json', '--incremental', 'false'], { cwd: stage });
  writeFileSync(join(stage, BUILT), wanted);
}

function copy(name) {
  // What was built before is no source.
  const filter = (path) => !['dist', 'dist-next', 'node_modules'].includes(basename(path));
  if (existsSync(join(root, name))) cpSync(join(root, name), join(stage, name), { recursive: true, filter });
}

/**
 * Puts what was made beside into its place: the packages, then the build that needs them. What was there before is kept as
 * `dist-previous`, and the packages as `node_modules-previous` until `dropPrevious`.
 */
export function exchange() {
  if (hasPackages()) replace('node_modules');
  if (existsSync(join(stage, BUILT))) replace('dist');
  unstage();
}

function replace(name) {
  const [present, previous] = [join(root, name), join(root, `${name}-previous`)];
  rmSync(previous, { recursive: true, force: true });
  if (existsSync(present)) renameSync(present, previous);
  try {
    renameSync(join(stage, name), present);
  } catch (error) {
    if (existsSync(previous)) renameSync(previous, present);
    throw error;
  }
}

/** Drops what was not taken. */
export function unstage() {
  rmSync(stage, { recursive: true, force: true });
}

/** When nothing runs any more that was started with them. */
export function dropPrevious() {
  rmSync(join(root, 'node_modules-previous'), { recursive: true, force: true });
}
