// The web client's build. It is made beside the present one, compressed, and then laid over it: pages that are open still
// load parts of the build they came with, and no moment is without a page. Plain Node, no dependencies.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { filesAt, read, root, stateOf } from './workspace.mjs';

const web = join(root, 'web');
const next = join(web, 'dist-next');
const present = join(web, 'dist');
/** Says which sources a build was made from. */
const STAMP = '.parley-built';
/** Which assets belong to earlier builds, and since when. */
const replaced = join(present, '.replaced.json');

/** So long a page that is open can still load the assets of its build. */
const KEEP_MS = 7 * 24 * 3_600_000;

const COMPRESSIBLE = /\.(js|mjs|css|svg|json|webmanifest|txt|xml|wasm)$/;
/** Below this a request costs more than its bytes. */
const LEAST_BYTES = 1024;

const wanted = () => stateOf(['web', 'package-lock.json', 'scripts/web.mjs'], ['dist', 'dist-next', 'node_modules']);

/** Whether there are sources (an installation may do without a page) that have changed since the build. */
export function isWebStale() {
  return existsSync(join(web, 'index.html')) && read(join(present, STAMP)) !== wanted();
}

/**
 * Builds beside the present build, from the sources and packages in the folder `from`. `run(what, args, options)` runs
 * Node, and does not come back where that fails.
 */
export function buildWeb(run, from = root) {
  const state = wanted();
  const vite = join(from, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', join(from, 'web'), '--outDir', next, '--emptyOutDir', '--logLevel', 'warn'];
  // Whatever it is here: by it React decides what becomes a part of the page.
  run('Building the web client', args, { env: { NODE_ENV: 'production' } });
  for (const path of filesAt(next)) if (COMPRESSIBLE.test(path)) compress(path);
  writeFileSync(join(next, STAMP), state);
}

function compress(path) {
  const content = readFileSync(path);
  if (content.length < LEAST_BYTES) return;
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  writeFileSync(`${path}.br`, brotliCompressSync(content, quality));
  writeFileSync(`${path}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
}

/** Puts the build that was made beside it into the place of the present one. */
export function publishWeb() {
  const fresh = filesAt(next).map((path) => relative(next, path));
  retire(new Set(fresh));
  // Whoever reads the page finds everything that it names.
  const last = ['index.html', STAMP];
  for (const name of fresh.filter((file) => !last.includes(file))) move(name);
  for (const name of last) move(name);
  dropWeb();
}

/** Drops the build that was not taken. */
export function dropWeb() {
  rmSync(next, { recursive: true, force: true });
}

function move(name) {
  mkdirSync(dirname(join(present, name)), { recursive: true });
  renameSync(join(next, name), join(present, name));
}

/** Notes which assets are of earlier builds, and takes away those whose time has come. */
function retire(fresh) {
  const since = JSON.parse(read(replaced) || '{}');
  const now = Date.now();
  const old = filesAt(present)
    .map((path) => relative(present, path))
    .filter((name) => !fresh.has(name) && !basename(name).startsWith('.'));
  const kept = Object.fromEntries(
    old.map((name) => [name, since[name] ?? now]).filter(([, time]) => now - time < KEEP_MS),
  );
  for (const name of old) if (!(name in kept)) rmSync(join(present, name));
  mkdirSync(present, { recursive: true });
  writeFileSync(replaced, JSON.stringify(kept, null, 2));
}
