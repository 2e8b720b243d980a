import type { Config } from '../../config/config.js';
import mongoose from 'mongoose';
import { MongoDatabase, type MongoCollection } from '../../../libs/mongo/index.js';
import { type ApiKeyDocument, apiKeySchema } from '../../auth/keys/mongo/key-documents.js';
import { AccountsDocument, accountsSchema, UserDocument, userSchema } from '../../auth/users/mongo/user-documents.js';
import { ChatCollections } from '../../chat/mongo/chat-collections.js';
import { bytesSchema, chunkSchema } from '../../files/content/mongo/byte-documents.js';
import { FileCollections } from '../../files/store/mongo/file-collections.js';
import { type KeyDocument, keySchema } from '../../generation/keys/mongo/key-documents.js';
import { openDatabase } from '../migrate/target.js';

const MONTH = /^messages_\d{4}_\d{2}$/;
/** To build an index, or to read everything, takes as long as it takes; an election in between is waited for. */
const PATIENCE_MS = 12 * 3_600_000;

/** The databases of this configuration, for work beside the servers. */
export class UpkeepDatabases {
  readonly users: MongoCollection<UserDocument>;
  readonly accounts: MongoCollection<AccountsDocument>;
  readonly apiKeys: MongoCollection<ApiKeyDocument>;
  /** Of questions: idempotency keys. */
  readonly keys: MongoCollection<KeyDocument>;
  readonly chat: ChatCollections;
  readonly files: FileCollections;
  /** Of files' contents, where they lie in MongoDB, as GridFS has them. */
  readonly bytes: MongoCollection<mongoose.mongo.Document>;
  readonly chunks: MongoCollection<mongoose.mongo.Document>;

  private constructor(
    readonly database: MongoDatabase,
    readonly usersDatabase: MongoDatabase,
    readonly partition: 'none' | 'month',
  ) {
    // All lazy: nothing is made by looking at it.
    const lazy = { lazy: true };
    this.users = usersDatabase.collection<UserDocument>('users', userSchema, lazy);
    this.accounts = usersDatabase.collection<AccountsDocument>('accounts', accountsSchema, lazy);
    this.apiKeys = usersDatabase.collection<ApiKeyDocument>('api_keys', apiKeySchema, lazy);
    this.keys = database.collection<KeyDocument>('idempotency_keys', keySchema, lazy);
    this.chat = new ChatCollections(database, { partition, lazy: true });
    this.files = new FileCollections(database, lazy);
    this.bytes = database.collection('file_bytes.files', bytesSchema, lazy);
    this.chunks = database.collection('file_bytes.chunks', chunkSchema, lazy);
  }

  /** Rejects, in words, where an address is wrong or nobody answers there. */
  static async open({ MONGO_URI, MONGO_USERS_URI, MONGO_MESSAGE_PARTITION }: Config): Promise<UpkeepDatabases> {
    const uri = MONGO_URI as string;
    const database = await openDatabase(uri, PATIENCE_MS);
    try {
      const users = MONGO_USERS_URI ? await openDatabase(MONGO_USERS_URI, PATIENCE_MS) : database;
      return new UpkeepDatabases(database, users, MONGO_MESSAGE_PARTITION);
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** The collections of months that are there. */
  async months(): Promise<string[]> {
    const found = await this.database.run((db) => db.listCollections({}, { nameOnly: true }).toArray());
    return found
      .map(({ name }) => name)
      .filter((name) => MONTH.test(name))
      .sort();
  }

  /** What `npm run migrate` notes: without indexes. */
  plain(name: 'migrated' | 'migrations'): MongoCollection<mongoose.mongo.Document> {
    return this.database.collection(name, new mongoose.Schema({ _id: String }), { lazy: true });
  }

  async close(): Promise<void> {
    await Promise.all([this.database.close(), this.usersDatabase.close()]);
  }
}
