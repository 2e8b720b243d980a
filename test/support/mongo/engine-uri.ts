import { mongo } from 'mongoose';
import { STAND_IN_NAME } from './choice.js';
import { DatabaseNames } from './database-names.js';
import type { MongoEngine } from './engine.js';

const CONNECT_MS = 10_000;

/** A server that somebody else runs: its nodes are not touched, and the databases that were used are dropped. */
export async function useUri(uri: string): Promise<MongoEngine> {
  const patience = /serverSelectionTimeoutMS=/i.test(uri) ? {} : { serverSelectionTimeoutMS: CONNECT_MS };
  const client = new mongo.MongoClient(uri, patience);
  try {
    const admin = client.db('admin');
    const { version, gitVersion } = await admin.command({ buildInfo: 1 });
    const isStandIn = gitVersion === 'stand-in';
    const { hosts } = await admin.command({ hello: 1 });
    return {
      kind: 'uri',
      name: `${isStandIn ? STAND_IN_NAME : `MongoDB ${version}`} at TEST_MONGO_URI`,
      uri,
      supports: { failPoints: await hasFailPoints(admin), explain: !isStandIn, nodes: hosts?.length ?? 1 },
      ...databases(client),
    };
  } catch (cause) {
    await client.close();
    throw new Error('the server at TEST_MONGO_URI does not answer', { cause });
  }
}

function databases(client: mongo.MongoClient): Pick<MongoEngine, 'newDatabase' | 'stop'> {
  const names = new DatabaseNames();
  return {
    newDatabase: () => names.next(),
    async stop() {
      for (const name of names.given) await client.db(name).dropDatabase();
      await client.close();
    },
  };
}

async function hasFailPoints(admin: mongo.Db): Promise<boolean> {
  try {
    await admin.command({ configureFailPoint: 'failCommand', mode: 'off' });
    return true;
  } catch {
    return false;
  }
}
