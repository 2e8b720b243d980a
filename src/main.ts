import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DirectoryLock, DirectoryLockedError, describeHolder } from '../libs/directory-lock/index.js';
import { createApp } from './app.js';
import { isLoopback, SetupCode } from './auth/setup-code.js';
import { UserStore } from './auth/user-store.js';
import { ConfigError, EXIT_CONFIG } from './config/config-error.js';
import type { Config } from './config/config.js';
import { keepsData, loadConfig } from './config/load.js';
import { underManager } from './config/manager.js';
import { addressOf, greeting } from './lifecycle/greeting.js';
import { Lifecycle } from './lifecycle/lifecycle.js';
import { Requests } from './lifecycle/requests.js';
import { Shutdown } from './lifecycle/shutdown.js';

/** After the grace period: for answers under way, and for closing. */
const FINISH_MS = 5000;
const CLOSE_MS = 10_000;

/** What a system says of a HOST or PORT that can't be right, whatever else happens on this machine. */
const NOT_AN_ADDRESS = ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EACCES', 'EINVAL'];

/** What the operator can mend, but not in the configuration: the message is enough. */
class StartError extends Error {}

async function lockFolder(config: Config): Promise<DirectoryLock | undefined> {
  if (!keepsData(config)) return undefined;
  return DirectoryLock.acquire(config.DATA_DIR, {
    address: `http://${config.HOST}:${config.PORT}`,
    onWait: (holder) =>
      console.error(`${config.DATA_DIR} is in use by ${describeHolder(holder)}: waiting for it to stop`),
  });
}

async function listen(app: NestFastifyApplication, config: Config): Promise<AddressInfo> {
  try {
    await app.listen(config.PORT, config.HOST);
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

async function greet(app: NestFastifyApplication, config: Config, bound: AddressInfo): Promise<void> {
  const code = app.get(SetupCode);
  if (underManager()) return code.announce();
  const everHadUser = await app
    .get(UserStore)
    .everHadUser()
    .catch(() => true);
  const isNew = config.ALLOW_REGISTRATION && !everHadUser;
  const setupCode = isNew && !isLoopback(config.HOST) ? code.code() : undefined;
  console.log(greeting(addressOf(bound), { isNew, setupCode }));
}

async function serve(): Promise<void> {
  const config = loadConfig();
  const lock = await lockFolder(config);
  const app = await createApp(config);
  const lifecycle = app.get(Lifecycle);
  const requests = new Requests(app.getHttpServer());
  const running = {
    stopAccepting: () => requests.stopAccepting(),
    drain: () => lifecycle.drain(),
    finishRequests: () => requests.finish(FINISH_MS),
    close: async () => {
      await app.close();
      lock?.release();
    },
  };
  new Shutdown(process, running, config.SHUTDOWN_GRACE_SECONDS * 1000 + FINISH_MS + CLOSE_MS).arm();

  await lifecycle.serve();
  const bound = await listen(app, config);
  await greet(app, config, bound);
  process.send?.('ready');
}

/**
 * `--check`: everything but serving, so that a build or an .env can be tried before it replaces another. Without the
 * lock: the one to be replaced may still run.
 */
async function check(): Promise<void> {
  const app = await createApp(loadConfig());
  await app.close();
  console.log('The configuration is right, and the product can start.');
}

function fail(error: unknown): never {
  if (error instanceof ConfigError || error instanceof DirectoryLockedError) {
    console.error(error.message);
    process.exit(EXIT_CONFIG);
  }
  if (error instanceof StartError) console.error(error.message);
  else console.error(error);
  process.exit(1);
}

if (process.argv.includes('--check')) check().then(() => process.exit(0), fail);
else serve().catch(fail);
