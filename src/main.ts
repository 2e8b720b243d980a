import cluster from 'node:cluster';
import { EarlyStop } from './lifecycle/early-stop.js';

/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;

/** Of what could not even be loaded. PM2 would let a rejection that nobody handles pass, and the process wait for nothing. */
function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}

// In a worker these are the arguments of its primary: `start ecosystem.config.js` of pm2-runtime, and its options.
const options = cluster.isWorker ? [] : process.argv.slice(2).filter((arg) => arg.startsWith('-'));

if (options.length === 0) {
  const early = new EarlyStop(process);
  early.arm();
  // Not before: loading takes seconds on a busy machine.
  import('./serve.js').then(({ serve }) => serve(early)).catch(fail);
} else if (options.join() === '--check') {
  import('./serve.js').then(({ check }) => check()).catch(fail);
} else {
  // A misspelt --check would else be a server.
  console.error('Usage: npm start [-- --check]');
  process.exit(EXIT_USAGE);
}
