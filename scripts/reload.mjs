// npm run reload: replaces the processes that PM2 runs by the present sources and .env, without losing a request. First
// all that is new is made beside what runs, and tried: a bare `pm2 reload` of a build that can't start ends the old workers
// too. Where anything fails nothing was changed.
import './node-version.mjs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { environment } from './environment.mjs';
import { NODE_FLAGS } from './node-flags.mjs';
import { root, run, runNode } from './prepare.mjs';
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
import { buildWeb, isWebStale, publishWeb } from './web.mjs';

const shown = { stdio: 'inherit' };
claimStage();
unstage();
const hasNewPackages = !isInstalled();
const hasNewBuild = hasNewPackages || !isBuilt();
const hasNewPage = isWebStale();
if (hasNewPackages) install(run);
if (hasNewBuild || hasNewPage) layOut();
if (hasNewBuild) buildServer(runNode);
if (hasNewPage) buildWeb(runNode, stage);
// Where .env alone is new, the build that runs is tried with it.
const built = (script) => [...NODE_FLAGS, join(hasNewBuild ? stage : root, 'dist', 'src', script)];
runNode('Trying the new build', [...built('main.js'), '--check'], shown);
// No worker then has to make them when it starts, while people wait. The build that runs does not mind them.
const usesMongo = (environment.STORE || (environment.MONGO_URI ? 'mongo' : '')) === 'mongo';
if (usesMongo) {
  runNode('Making new indexes, for which all members of the set must be up', [...built('cli.js'), 'indexes'], shown);
}

exchange();
// Before the processes: the old ones give out the assets of the new page too.
if (hasNewPage) publishWeb();
releaseStage();

const pm2 = join(root, 'node_modules', 'pm2', 'bin', 'pm2');
console.log('Replacing the processes one after the other …');
const { status } = spawnSync(process.execPath, [pm2, 'reload', join(root, 'ecosystem.config.js'), '--update-env'], {
  cwd: root,
  stdio: 'inherit',
});
dropPrevious();
process.exit(status ?? 1);
