// npm run test:node -- 22 [what Jest takes]: the tests under another version of Node.js, from npm's own packages of it.
import './node-version.mjs';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { root } from './workspace.mjs';

const [version = '', ...args] = process.argv.slice(2);
if (!/^\d+(\.\d+){0,2}$/.test(version)) {
  console.error('Usage: npm run test:node -- <20.19.0|22|24> [what npm test takes]');
  process.exit(64);
}

/** One package for each kind of machine holds the program itself: nothing is downloaded by a script. */
const isWindows = process.platform === 'win32';
const name = `node-${isWindows ? 'win' : process.platform}-${process.arch}`;
const folder = join(root, 'node_modules', '.cache', 'parley-node', version);
const program = join(folder, 'node_modules', name, 'bin', isWindows ? 'node.exe' : 'node');

/** Runs it, and ends as it does where it fails. */
function run(command, given, options = {}) {
  const { status, error } = spawnSync(command, given, { cwd: root, stdio: 'inherit', ...options });
  if (status === 0) return;
  if (error) console.error(error.message);
  process.exit(status ?? 1);
}

if (!existsSync(program)) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', `${name}@${version}`];
  const npm = process.env.npm_execpath;
  if (npm) run(process.execPath, [npm, ...install], { cwd: folder });
  else run('npm', install, { cwd: folder, shell: isWindows });
}
run(program, ['--version']);
// Also for what a test starts by the name `node`.
const env = { ...process.env, PATH: `${dirname(program)}${delimiter}${process.env.PATH}` };
run(program, [join(root, 'scripts', 'test.mjs'), ...args], { env });
