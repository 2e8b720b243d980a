// PM2's file: `npx pm2 start ecosystem.config.js`. All cores where both Redis and MongoDB are configured, so that nothing
// is kept inside one process; else one process. INSTANCES (a number, or max) in the environment or .env decides otherwise.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { environment as env, fromHome } from './scripts/environment.mjs';
import { NODE_FLAGS } from './scripts/node-flags.mjs';
import { prepare, root } from './scripts/prepare.mjs';

prepare();

const isOn = (value = '') => ['true', '1', 'yes', 'on', 'y', 'enabled'].includes(value.toLowerCase());
const isShared = isOn(env.USE_REDIS) && Boolean(env.MONGO_URI);
const wanted = env.INSTANCES || (isShared ? 'max' : '1');
const instances = wanted === 'max' ? availableParallelism() : Number(wanted);
/** Anything else is the product's to refuse, by name. */
const isNumber = Number.isInteger(instances) && instances > 0;

/** Where PM2 keeps what the processes print. */
const logs = fromHome(env.LOG_DIR || join(root, 'logs'));

/** As serve.ts: answers may run on for the grace, then 5 s for requests under way, then 10 s to close. */
const graceMs = (Number(env.SHUTDOWN_GRACE_SECONDS ?? 30) || 0) * 1000;

export const apps = [
  {
    name: 'parley',
    cwd: root,
    script: 'dist/src/main.js',
    node_args: NODE_FLAGS,
    instances: isNumber ? instances : 1,
    // In cluster mode a reload runs old and new side by side: only where they share everything.
    exec_mode: isShared || (isNumber && instances > 1) ? 'cluster' : 'fork',
    // Each process refuses to be one of several where something is kept inside it.
    env: { NODE_ENV: 'production', INSTANCES: isNumber ? String(instances) : wanted },
    wait_ready: true,
    // 'ready' comes when all dependencies answered, or after 10 s.
    listen_timeout: 30_000,
    shutdown_with_message: true,
    kill_timeout: graceMs + 17_000,
    max_memory_restart: '2G',
    // A mistake in the arguments or in the configuration: starting again would not help.
    stop_exit_codes: [64, 78],
    exp_backoff_restart_delay: 100,
    merge_logs: true,
    out_file: join(logs, 'parley.log'),
    error_file: join(logs, 'parley.error.log'),
  },
  {
    // Runs at every full hour and ends again: PM2 lists it as stopped.
    name: 'parley-logs',
    cwd: root,
    script: 'scripts/rotate-logs.mjs',
    exec_mode: 'fork',
    env: { LOG_DIR: logs, LOG_MAX_MB: env.LOG_MAX_MB ?? '', LOG_KEEP: env.LOG_KEEP ?? '' },
    cron_restart: '0 * * * *',
    autorestart: false,
    out_file: '/dev/null',
    error_file: join(logs, 'parley.error.log'),
  },
];
