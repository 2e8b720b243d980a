import mongoose from 'mongoose';
import { MongoDatabase, type MongoCollection } from '../../../libs/mongo/index.js';
import { type ApiKeyDocument, apiKeySchema } from '../../auth/keys/mongo/key-documents.js';
import { AccountsDocument, accountsSchema, UserDocument, userSchema } from '../../auth/users/mongo/user-documents.js';
import { ChatCollections } from '../../chat/mongo/chat-collections.js';
import { FileCollections } from '../../files/store/mongo/file-collections.js';
import { Failure } from '../failure.js';
import type { Partition } from './migrate-arguments.js';

const PROBE_MS = 5000;
/** An operator waits longer for an election than a request can. */
const RETRY_FOR_MS = 20_000;
const MONTHS = /^messages_\d{4}_\d{2}$/;

/** Which accounts and conversations were ever copied here: what is not there any more was deleted here. */
interface CopiedDocument extends mongoose.mongo.Document {
  _id: string;
  copiedAt: Date;
}

/** One file that was copied here. */
export interface MigrationDocument extends mongoose.mongo.Document {
  _id: string;
  newestAt: number;
}

/** The databases that are copied to. */
export class Target {
  readonly users: MongoCollection<UserDocument>;
  readonly accounts: MongoCollection<AccountsDocument>;
  readonly keys: MongoCollection<ApiKeyDocument>;
  readonly chat: ChatCollections;
  readonly files: FileCollections;

  private constructor(
    readonly database: MongoDatabase,
    private readonly usersDatabase: MongoDatabase,
    private readonly partition: Partition,
  ) {
    this.users = usersDatabase.collection<UserDocument>('users', userSchema);
    this.accounts = usersDatabase.collection<AccountsDocument>('accounts', accountsSchema);
    this.keys = usersDatabase.collection<ApiKeyDocument>('api_keys', apiKeySchema);
    this.chat = new ChatCollections(database, { partition });
    this.files = new FileCollections(database);
  }

  /** Rejects where an address is wrong, nobody answers there, or the messages lie as the other `partition` has them. */
  static async open(uri: string, usersUri: string, partition: Partition): Promise<Target> {
    const database = await openDatabase(uri);
    try {
      const usersDatabase = usersUri === uri ? database : await openDatabase(usersUri);
      return await new Target(database, usersDatabase, partition).checked();
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** Those of `ids` that were copied before. */
  async everCopied(ids: string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const found = await this.database.run((db) =>
      db
        .collection<CopiedDocument>('migrated')
        .find({ _id: { $in: ids } })
        .toArray(),
    );
    return new Set(found.map(({ _id }) => _id));
  }

  async noteCopied(ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    const copiedAt = new Date();
    const writes = ids.map((_id) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: { copiedAt } }, upsert: true },
    }));
    await this.database.run((db) => db.collection<CopiedDocument>('migrated').bulkWrite(writes, { ordered: false }));
  }

  migrations<R>(work: (migrations: mongoose.mongo.Collection<MigrationDocument>) => Promise<R>): Promise<R> {
    return this.database.run((db) => work(db.collection<MigrationDocument>('migrations')));
  }

  async close(): Promise<void> {
    await Promise.all([this.database.close(), this.usersDatabase.close()]);
  }

  private async checked(): Promise<this> {
    try {
      await this.mustLieLikeThis();
      return this;
    } catch (error) {
      await this.usersDatabase.close();
      throw error;
    }
  }

  /** Else each message could be there twice, and the server would see only one of both. */
  private async mustLieLikeThis(): Promise<void> {
    const wrong = this.partition === 'none' ? await monthsOf(this.database) : ['messages'];
    for (const name of wrong) {
      if (!(await isEmpty(this.database, name))) {
        throw new Failure(
          `There are messages in ${name}, which MONGO_MESSAGE_PARTITION=${this.partition} does not read. ` +
            'Move them first (npm run migrate -- --partition …), or choose the other --partition.',
        );
      }
    }
  }
}

export async function openDatabase(uri: string, retryForMs = RETRY_FOR_MS): Promise<MongoDatabase> {
  await probe(uri);
  return new MongoDatabase({ uri, retryForMs });
}

/** The collections of months that are there. */
export async function monthsOf(database: MongoDatabase): Promise<string[]> {
  const found = await database.run((db) => db.listCollections({}, { nameOnly: true }).toArray());
  return found
    .map(({ name }) => name)
    .filter((name) => MONTHS.test(name))
    .sort();
}

async function isEmpty(database: MongoDatabase, name: string): Promise<boolean> {
  const any = { _id: { $gt: '' } };
  return (
    (await database.run((db) => db.collection<CopiedDocument>(name).findOne(any, { projection: { _id: 1 } }))) === null
  );
}

/** What is wrong with an address is told at once, and not as a database that is away. */
async function probe(uri: string): Promise<void> {
  const client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS: PROBE_MS, appName: 'parley' });
  try {
    await client.connect();
    const hello = await client.db().command({ hello: 1 });
    if (!hello.setName && hello.msg !== 'isdbgrid') throw new Failure('The server is not a member of a replica set.');
  } finally {
    await client.close().catch(() => {});
  }
}
