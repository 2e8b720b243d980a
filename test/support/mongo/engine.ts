import { appendFileSync } from 'node:fs';
import { chooseEngine, type Choice, type EngineKind } from './choice.js';
import type { ReplicaSetOptions } from '../../mongo-stand-in/src/cluster/replica-set.js';

/** What an engine can do beyond storing. */
export interface MongoSupport {
  /** `configureFailPoint` with `failCommand`. On a set of several nodes it holds for the node that got it. */
  failPoints: boolean;
  /** `explain` tells whether an index was used. */
  explain: boolean;
  nodes: number;
}

/** Kills and elects. What is killed was not told before: what it has not answered may be kept or not. */
export interface MongoControl {
  /** Ends the primary at once, while it works. Resolves when it is gone, not when there is another one. */
  killPrimary(): Promise<void>;
  /** Ends all nodes: nothing answers any more. */
  killAll(): Promise<void>;
  /** Brings back all that were killed, with their data. Resolves when there is a primary and every node answers. */
  restart(): Promise<void>;
  /** The primary becomes a secondary, without dying. Resolves when there is another one. */
  stepDown(): Promise<void>;
}

export interface MongoEngine {
  readonly kind: EngineKind;
  /** What a run prints first and last. The stand-in is never called MongoDB. */
  readonly name: string;
  /** Connection string without a database. */
  readonly uri: string;
  readonly supports: MongoSupport;
  /** Absent where the servers are somebody else's: what needs it is then not run. */
  readonly control?: MongoControl;
  /** A database of one's own: several suites may use one server at once. Gone after `stop`. */
  newDatabase(): string;
  stop(): Promise<void>;
}

export interface MongoOptions {
  /** Of the stand-in alone: slow secondaries, clocks that differ, quick elections. */
  standIn?: ReplicaSetOptions;
}

/** Starts the engine that `chooseEngine` chose; rejects where it does not start. */
export async function startMongo(options: MongoOptions = {}): Promise<MongoEngine> {
  const engine = await start(chooseEngine(), options);
  if (process.env.TEST_MONGO_USED) appendFileSync(process.env.TEST_MONGO_USED, `${engine.name}\n`);
  return engine;
}

async function start(choice: Choice, options: MongoOptions): Promise<MongoEngine> {
  switch (choice.kind) {
    case 'uri':
      return (await import('./engine-uri.js')).useUri(choice.uri);
    case 'mongod':
      return (await import('./engine-mongod.js')).startMongodSet(choice);
    case 'download':
      return (await import('./engine-mongod.js')).startMongodSet();
    case 'stand-in':
      return (await import('./engine-stand-in.js')).startStandIn(options.standIn);
  }
}

/** Whether the engine of this run can kill and elect: known before it starts, to choose between `it` and `it.skip`. */
export const hasControl = (): boolean => chooseEngine().kind !== 'uri';

/** For tests that need killing and electing: `it`; where that is not possible `it.skip`, and a line that says so. */
export function itWithControl(): jest.It {
  if (hasControl()) return it;
  console.log('Not run: killing and electing nodes is not possible with TEST_MONGO_URI.');
  return it.skip;
}
