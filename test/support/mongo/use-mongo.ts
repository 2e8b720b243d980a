import { mongo } from 'mongoose';
import { startMongo, type MongoEngine, type MongoOptions } from './engine.js';

/** What a suite works with: made before its first test, gone after its last. */
export class UsedMongo {
  engine!: MongoEngine;
  client!: mongo.MongoClient;
  db!: mongo.Db;
  private made = 0;

  /** A collection of one's own. */
  collection(): mongo.Collection<any> {
    return this.db.collection(`c${this.made++}`);
  }

  /** A further client, closed by whoever made it. */
  connect(options?: mongo.MongoClientOptions): mongo.MongoClient {
    return new mongo.MongoClient(this.engine.uri, options);
  }
}

/** Starts an engine and a client for the suite that calls it. */
export function useMongo(options: MongoOptions & { client?: mongo.MongoClientOptions } = {}): UsedMongo {
  const used = new UsedMongo();
  beforeAll(async () => {
    used.engine = await startMongo(options);
    used.client = used.connect(options.client);
    used.db = used.client.db(used.engine.newDatabase());
  });
  afterAll(async () => {
    await used.client?.close();
    await used.engine?.stop();
  });
  return used;
}
