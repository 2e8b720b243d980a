import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MongoMemoryServer } from 'mongodb-memory-server-core';
import { MongoMemoryReplSet } from 'mongodb-memory-server-core';
import { mongo } from 'mongoose';
import { eventually } from '../eventually.js';
import { DatabaseNames } from './database-names.js';
import type { MongoControl, MongoEngine } from './engine.js';

const SET = 'rs0';
const ELECTION_MS = 1_000;
const READY_MS = 60_000;
/** Fail points, and documents that expire within a second or two instead of a minute. */
const ARGS = [
  ...['--setParameter', 'enableTestCommands=1'],
  ...['--setParameter', 'ttlMonitorSleepSecs=1'],
  ...['--wiredTigerCacheSizeGB', '0.25'],
];

/** Three `mongod` processes: the given one, or one that is downloaded. */
export async function startMongodSet(installed?: { binary: string; version: string }): Promise<MongoEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-mongod-'));
  try {
    const set = new MongodSet(await startServers(folder, installed), folder);
    await set.untilReady().catch((error) => set.stop().then(() => Promise.reject(error)));
    const { version } = await set.admin.command({ buildInfo: 1 });
    const names = new DatabaseNames();
    return {
      kind: installed ? 'mongod' : 'download',
      name: `MongoDB ${version} (three mongod processes)`,
      uri: set.uri,
      supports: { failPoints: true, explain: true, nodes: 3 },
      control: set,
      newDatabase: () => names.next(),
      stop: () => set.stop(),
    };
  } catch (error) {
    removeFolder(folder);
    throw error;
  }
}

async function startServers(
  folder: string,
  installed?: { binary: string; version: string },
): Promise<MongoMemoryReplSet> {
  const dbPaths = [0, 1, 2].map((index) => join(folder, `${index}`));
  for (const dbPath of dbPaths) mkdirSync(dbPath);
  return MongoMemoryReplSet.create({
    binary: installed ? { systemBinary: installed.binary, version: installed.version } : {},
    instanceOpts: dbPaths.map((dbPath) => ({ dbPath })),
    replSet: {
      name: SET,
      count: dbPaths.length,
      storageEngine: 'wiredTiger',
      args: ARGS,
      configSettings: { electionTimeoutMillis: ELECTION_MS },
    },
  });
}

const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

class MongodSet implements MongoControl {
  readonly uri: string;
  private readonly client: mongo.MongoClient;

  constructor(
    private readonly set: MongoMemoryReplSet,
    private readonly folder: string,
  ) {
    this.uri = `mongodb://${set.servers.map((server) => `127.0.0.1:${portOf(server)}`).join(',')}/?replicaSet=${SET}`;
    this.client = new mongo.MongoClient(this.uri, { serverSelectionTimeoutMS: READY_MS });
  }

  get admin(): mongo.Db {
    return this.client.db('admin');
  }

  async killPrimary(): Promise<void> {
    const primary = await this.primary();
    await kill(this.set.servers.find((server) => primary.endsWith(`:${portOf(server)}`))!);
  }

  async killAll(): Promise<void> {
    await Promise.all(this.set.servers.map(kill));
  }

  async restart(): Promise<void> {
    const dead = this.set.servers.filter((server) => !processOf(server));
    await Promise.all(dead.map((server) => server.instanceInfo!.instance.start()));
    await this.untilReady();
  }

  async stepDown(): Promise<void> {
    const old = await this.primary();
    await this.admin.command({ replSetStepDown: 10, secondaryCatchUpPeriodSecs: 5 });
    await eventually(async () => (await this.primary()) !== old, READY_MS);
  }

  /** Resolves when one node is primary and all others are its secondaries. */
  async untilReady(): Promise<void> {
    await eventually(async () => {
      const states: unknown[] = await this.admin.command({ replSetGetStatus: 1 }).then(
        ({ members }) => members.map(({ state }: mongo.Document) => state),
        () => [],
      );
      return states.filter((state) => state === 1).length === 1 && states.filter((state) => state === 2).length === 2;
    }, READY_MS);
  }

  async stop(): Promise<void> {
    await this.client.close();
    await this.set.stop({ doCleanup: false });
    removeFolder(this.folder);
  }

  private async primary(): Promise<string> {
    return eventually(async () => {
      const hello = await this.admin.command({ hello: 1 }).catch(() => undefined);
      return hello?.primary as string | undefined;
    }, READY_MS);
  }
}

const portOf = (server: MongoMemoryServer): number => server.instanceInfo!.port;
const processOf = (server: MongoMemoryServer) => server.instanceInfo!.instance.mongodProcess;

async function kill(server: MongoMemoryServer): Promise<void> {
  const child = processOf(server);
  if (!child) return;
  const gone = once(child, 'close');
  child.kill('SIGKILL');
  await gone;
  // The library clears up after an end that it did not ask for, and may start the server again only then.
  await eventually(() => !processOf(server));
}
