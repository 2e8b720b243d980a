// What npm test runs: rounds one after the other, each of runs of Jest side by side, and which servers they need.
import { availableParallelism } from 'node:os';
import { quickSpecs } from './quick.mjs';
import { isStandInTested, recordStandIn, STAND_IN } from './stand-in.mjs';

/** Whole installations: replaced, restored. */
const LONG = 'test/deploy/long/';
/** These wait for outages, starts and time-outs most of the time: beside those that work, the waiting costs nothing. */
const WAITING = 'test/(faults|cluster|deploy)/';
/** Two processes under PM2 and hundreds of calls a second are all that two cores carry. */
const ALONE = 'test/pm2/';
const SERVERS = ['redis', 'chromium', 'nginx', 'prometheus'];

const cores = availableParallelism();
const beside = (workers) => `--maxWorkers=${workers}`;
const without = (...paths) => paths.map((path) => `--testPathIgnorePatterns=${path}`);

function everything() {
  const isTested = isStandInTested();
  const busy = [beside(cores + 1), ...without(WAITING, ALONE, ...(isTested ? [STAND_IN] : []))];
  const waiting = [beside(cores), WAITING, ...without(LONG)];
  return {
    rounds: [[busy, waiting], [['--runInBand', ALONE]]],
    needs: SERVERS,
    left: [LONG, ...(isTested ? [`${STAND_IN}, for it is as it was tested`] : [])],
  };
}

function quick() {
  const { quick, left } = quickSpecs();
  return {
    rounds: [[[beside(cores + 1), '--runTestsByPath', ...quick]]],
    needs: [],
    left: ['test/', 'scripts/', 'bench/', ...left],
    // They take the sources as they are.
    isBuilt: false,
  };
}

const MODES = {
  '--quick': quick,
  '--deploy': (more) => ({ rounds: [[['--runInBand', LONG, ...more]]], needs: SERVERS }),
  '--mongo-stand-in': (more) => ({
    rounds: [[[beside(cores), STAND_IN, ...more]]],
    needs: [],
    env: { TEST_MONGO_ENGINE: 'stand-in' },
    isBuilt: false,
    whenPassed: more.length === 0 ? recordStandIn : undefined,
  }),
};

/** By the arguments of npm test: one of its own and then Jest's, or Jest's alone. */
export function chosenBy([first, ...more]) {
  if (!first) return everything();
  if (MODES[first]) return MODES[first](more);
  const args = [first, ...more];
  const names = (what) => args.some((arg) => arg.includes(what));
  const needs = ['redis', ...(names('web') ? ['chromium'] : []), ...(names('deploy') ? ['nginx', 'prometheus'] : [])];
  return { rounds: [[args]], needs };
}
