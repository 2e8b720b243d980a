import 'reflect-metadata';
import { hostname } from 'node:os';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { retry, within } from '../libs/async/index.js';
import { DirectoryLock, DirectoryLockedError, describeHolder } from '../libs/directory-lock/index.js';
import { HealthChecks } from './health/health-checks.js';
import { createApp } from './app.js';
import { SetupCode } from './auth/accounts/setup-code.service.js';
import { Clients } from './clients/clients.service.js';
import { ConfigError, EXIT_CONFIG } from './config/config-error.js';
import type { Config } from './config/config.js';
import { envFileWarnings } from './config/env-file-check.js';
import { loadConfig } from './config/load.js';
import { hasProcessManager } from './config/process-manager.js';
import { usesDataDir } from './config/placement.js';
import { BACKLOG } from './http/backlog.js';
import { Listeners } from './http/listeners.js';
import { compactHeap } from './lifecycle/compact-heap.js';
import type { EarlyStop } from './lifecycle/early-stop.js';
import { addressOf, startMessage } from './lifecycle/start-message.js';
import { Lifecycle } from './lifecycle/lifecycle.service.js';
import { Requests } from './lifecycle/requests.js';
import { Shutdown } from './lifecycle/shutdown.js';
import { isPageBuilt } from './web/page.js';

/** After the grace period: for answers under way, and for closing. */
const FINISH_MS = 5000;
const CLOSE_MS = 10_000;

/** PM2 stops the old process when it hears that this one is ready, or that it will be: its dependencies may be away. */
const READY_MS = 10_000;

/** What a system says of a HOST or PORT that can't be right, whatever else happens on this machine. */
const NOT_AN_ADDRESS = ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EACCES', 'EINVAL'];

/** What the operator can mend, but not in the configuration: the message is enough. */
class StartError extends Error {}

/** A name that was misspelt would else be a default that nobody chose. */
function read(): Config {
  for (const warning of envFileWarnings()) console.error(`Warning: ${warning}`);
  return loadConfig();
}

async function lockFolder(config: Config): Promise<DirectoryLock | undefined> {
  if (!usesDataDir(config)) return undefined;
  return DirectoryLock.acquire(config.DATA_DIR, {
    address: `http://${config.HOST}:${config.PORT}`,
    onWait: (holder) =>
      console.error(`${config.DATA_DIR} is in use by ${describeHolder(holder)}: waiting for it to stop`),
  });
}

/** A database that others may reach, and a part of the state in this process: no other may run beside it. */
async function leaseDatabase(
  app: NestFastifyApplication,
  config: Config,
): Promise<{ release(): Promise<void> } | undefined> {
  if (config.STORE !== 'mongo' || !config.isAlone) return undefined;
  const { describeLease, MongoLease } = await import('../libs/mongo/index.js');
  let lease: { release(): Promise<void> } | undefined;
  app.get(Lifecycle).onServeFirst(async () => {
    const address = `http://${config.HOST}:${config.PORT}`;
    const holder = { pid: process.pid, host: hostname(), address, startedAt: new Date().toISOString() };
    lease = await MongoLease.acquire(await app.get(Clients).mongo(), holder, {
      onWait: (other) => console.error(`The database is in use by ${describeLease(other)}: waiting for it to stop`),
      onLost: () => fail(new StartError('Another process has taken the database over.')),
    });
  });
  return { release: async () => lease?.release().catch(() => undefined) };
}

async function listen(app: NestFastifyApplication, config: Config): Promise<AddressInfo> {
  try {
    await app.listen({ port: config.PORT, host: config.HOST, backlog: BACKLOG });
    return app.getHttpServer().address() as AddressInfo;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const value = `${config.HOST}:${config.PORT}`;
    if (code === 'EADDRINUSE') {
      throw new StartError(`Another program listens on ${value}. Stop it, or set PORT to a free one.`, {
        cause: error,
      });
    }
    if (!NOT_AN_ADDRESS.includes(code)) throw error;
    throw new ConfigError([{ name: 'HOST and PORT', value, message: `must be an address of this machine (${code})` }]);
  }
}

async function greet(app: NestFastifyApplication, bound: AddressInfo): Promise<void> {
  const code = app.get(SetupCode);
  if (hasProcessManager()) return code.announce();
  const isNew = await code.isOpen().catch(() => false);
  const state = { isNew, setupCode: isNew ? code.code() : undefined, codeForProxy: !code.isAlwaysNeeded };
  console.log(startMessage(addressOf(bound), { ...state, hasPage: isPageBuilt() }));
}

async function run(early: EarlyStop): Promise<void> {
  const config = read();
  const lock = await lockFolder(config);
  const app = await createApp(config);
  const lifecycle = app.get(Lifecycle);
  const requests = new Requests(app.getHttpServer());
  const listeners = new Listeners(app.getHttpServer());
  const lease = await leaseDatabase(app, config);
  const running = {
    stopAccepting: () => {
      requests.stopAccepting();
      listeners.close();
    },
    drain: () => lifecycle.drain(),
    finishRequests: () => requests.finish(FINISH_MS),
    close: async () => {
      await lease?.release();
      await app.close();
      lock?.release();
    },
  };
  new Shutdown(process, running, config.SHUTDOWN_GRACE_SECONDS * 1000 + FINISH_MS + CLOSE_MS).arm();
  early.disarm();

  // Where a dependency is away it listens all the same: alive, not ready, and trying.
  const serving = lifecycle.serve();
  serving.catch(fail);
  await Promise.race([serving, lifecycle.waiting]);
  await compactHeap();
  // Told to stop meanwhile: what takes it down ends the process.
  if (lifecycle.draining) return;
  const bound = await listen(app, config);
  void listeners.open();
  await greet(app, bound);
  await within(READY_MS, serving, () => undefined);
  process.send?.('ready');
}

async function tryOut(): Promise<void> {
  const app = await createApp(read());
  const checks = app.get(HealthChecks);
  await retry(() => requireAll(checks), { again: () => true, pauseMs: 200, forMs: READY_MS }).finally(() =>
    app.close(),
  );
  console.log('The configuration is right, and the product can start.');
}

/** Rejects where a dependency does not answer. */
async function requireAll(checks: HealthChecks): Promise<void> {
  const results = await Promise.allSettled(checks.all().map(([, check]) => check()));
  const away = checks.all().flatMap(([name], i) => (results[i].status === 'rejected' ? [name] : []));
  if (away.length === 0) return;
  throw new StartError(`The configuration is right, but these do not answer: ${away.join(', ')}.`);
}

function fail(error: unknown): never {
  const { name, message } = error as Error;
  // By its name: what leases a database is loaded only where there is one.
  if (error instanceof ConfigError || error instanceof DirectoryLockedError || name === 'DatabaseLeasedError') {
    console.error(message);
    process.exit(EXIT_CONFIG);
  }
  if (error instanceof StartError) console.error(error.message);
  else console.error(error);
  process.exit(1);
}

/** Serves until the process is told to stop. `early` listens for that until this does. */
export function serve(early: EarlyStop): Promise<void> {
  return run(early).catch(fail);
}

/**
 * `--check`: everything but serving, so that a build or an .env can be tried before it replaces another. Without the
 * lock: the one to be replaced may still run.
 */
export function check(): Promise<void> {
  return tryOut().then(() => process.exit(0), fail);
}
