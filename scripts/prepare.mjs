// Makes a clone ready to run: installs what is missing, builds what is out of date. Plain Node, no dependencies.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildWeb, isWebStale, publishWeb } from './web.mjs';
import { hash, read, root, stateOf } from './workspace.mjs';

export { root };

const lock = join(root, 'package-lock.json');
const installStamp = join(root, 'node_modules', '.parley-installed');
const buildStamp = join(root, 'dist', '.parley-built');
const sources = ['src', 'libs', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];

/** Which install belongs to this lock, on this kind of machine. */
const installWanted = () => hash([read(lock), process.platform, process.arch].join('\n'));

/** Whether somebody ran `npm ci` or `npm install` by hand: npm notes what it put there. */
function npmAgrees() {
  const there = read(join(root, 'node_modules', '.package-lock.json'));
  if (!there) return false;
  const installed = JSON.parse(there).packages;
  return Object.entries(JSON.parse(read(lock)).packages).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

/** Which build belongs to these sources. */
const buildWanted = () => stateOf(sources);

function run(what, command, args, options = {}) {
  console.log(`${what} …`);
  const { status, error, stdout } = spawnSync(command, args, { cwd: root, encoding: 'utf8', ...options });
  if (status === 0) return;
  if (stdout) console.error(stdout);
  console.error(`${what} failed${error ? `: ${error.message}` : ''}.`);
  process.exit(status || 1);
}

/** Runs Node, with `env` over the environment. Ends the process where that fails. */
export function runNode(what, args, env = {}) {
  run(what, process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
}

/** Installs what is missing. Ends the process where that fails. */
export function install() {
  if (read(installStamp) === installWanted()) return;
  if (!npmAgrees()) {
    // Development packages too, whatever NODE_ENV says: the build needs them. Nothing here needs an install script.
    const args = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    const npm = process.env.npm_execpath;
    const shell = process.platform === 'win32';
    const stdio = ['ignore', 'pipe', 'inherit'];
    if (npm) run('Installing packages (once)', process.execPath, [npm, ...args], { stdio });
    else run('Installing packages (once)', 'npm', args, { stdio, shell });
  }
  writeFileSync(installStamp, installWanted());
}

function buildServer() {
  const wanted = buildWanted();
  if (read(buildStamp) === wanted) return;
  // The compiler itself: Nest's program does no more with it here, and does not run on the first Node.js 20.19.
  runNode('Building', [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json']);
  writeFileSync(buildStamp, wanted);
}

function build() {
  buildServer();
  if (!isWebStale()) return;
  buildWeb(runNode);
  publishWeb();
}

/** Quick where nothing is to be done. Ends the process where a step fails. */
export function prepare(steps = { build: true }) {
  install();
  if (steps.build) build();
}

/** After a build of the server by other means: there is nothing to be built. */
export function stampBuild() {
  writeFileSync(buildStamp, buildWanted());
}
