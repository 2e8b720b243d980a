// Makes a clone ready to run: installs what is missing, builds what is out of date. Never in place, for processes may run
// from it: beside (stage.mjs), and exchanged when it is whole. Plain Node, no dependencies.
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import {
  buildServer,
  claimStage,
  dropPrevious,
  exchange,
  install,
  isBuilt,
  isInstalled,
  layOut,
  releaseStage,
  stage,
  unstage,
} from './stage.mjs';
import { buildWeb, dropWeb, isWebStale, publishWeb } from './web.mjs';
import { root } from './workspace.mjs';

export { root };
export { stampBuild } from './stage.mjs';

/** Runs a program, with `env` over the environment, and shows what it printed where it fails: then the process ends. */
export function run(what, command, args, { env, ...options } = {}) {
  console.log(`${what} …`);
  const { status, error, stdout } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
    ...options,
  });
  if (status === 0) return;
  unstage();
  dropWeb();
  if (stdout) console.error(stdout);
  console.error(`${what} failed${error ? `: ${error.message}` : ''}. Nothing was changed.`);
  process.exit(status || 1);
}

export const runNode = (what, args, options) => run(what, process.execPath, args, options);

/** Quick where nothing is to be done. Ends the process where a step fails. */
export function prepare() {
  if (isBuilt() && isInstalled() && !isWebStale()) return;
  claimStage();
  makeReady();
  releaseStage();
}

function makeReady() {
  // Another one may have done it meanwhile.
  const [hasBuild, hasPackages, hasPage] = [isBuilt(), isInstalled(), !isWebStale()];
  if (hasBuild && hasPackages && hasPage) return;
  unstage();
  if (!hasPackages) install(run);
  // Nothing could run without: they need not wait for a build.
  if (!existsSync(join(root, 'node_modules'))) exchange();
  layOut();
  if (!hasBuild) buildServer(runNode);
  if (!hasPage) buildWeb(runNode, stage);
  exchange();
  if (!hasPage) publishWeb();
  dropPrevious();
}

/**
 * For what runs beside servers: takes the build that is there, and says where it is not that of the present sources. Only
 * where there is none it is made.
 */
export function prepareOnce() {
  const isThere = existsSync(join(root, 'dist', 'src', 'cli.js'));
  if (!isThere || !existsSync(join(root, 'node_modules', '.package-lock.json'))) return prepare();
  if (isBuilt() && isInstalled()) return;
  console.error(
    'The sources are newer than the build, and this is the build: npm run reload (or npm start) makes a new one.',
  );
}
