import { eventually } from '../../test/support/eventually.js';
import { IndexCheck } from '../../test/support/mongo/index-check.js';
import { declaredBy } from '../../test/support/mongo/index-check/indexes.js';
import { startMongo, type MongoEngine, type MongoOptions as EngineOptions } from '../../test/support/mongo/engine.js';
import { MongoDatabase, type MongoOptions } from './index.js';

/** Databases of one engine, for a suite: each its own, all closed after it, and each of their queries had an index. */
export class TestDatabases {
  engine: MongoEngine;
  private readonly opened: MongoDatabase[] = [];
  private readonly checks: IndexCheck[] = [];

  /** A new one, connected, with its queries watched. */
  async open(options: Partial<MongoOptions> = {}): Promise<MongoDatabase> {
    const database = this.at(this.uri(), { monitorCommands: true, ...options });
    // A set that was just begun, on cores that are shared, may take its time.
    await eventually(() =>
      database.ping().then(
        () => true,
        () => false,
      ),
    );
    const { connection } = database;
    // What is declared counts when the suite ends: the models come with the adapters.
    const declared = new Proxy({}, { get: (_, name: string) => declaredBy(connection)[name] });
    this.checks.push(new IndexCheck(connection.getClient(), declared));
    return database;
  }

  /** One where nobody listens. */
  openAway(): MongoDatabase {
    return this.at('mongodb://127.0.0.1:1/none?replicaSet=rs0', {
      serverSelectionTimeoutMS: 100,
      retryForMs: 200,
    });
  }

  /** The address of a new database. */
  uri(): string {
    return this.engine.uri.replace(/\/(\?|$)/, `/${this.engine.newDatabase()}$1`);
  }

  async start(options: EngineOptions): Promise<void> {
    this.engine = await startMongo(options);
  }

  async stop(): Promise<void> {
    await Promise.all(this.opened.map((database) => database.close()));
    await this.engine?.stop();
    const unserved = this.checks.flatMap((check) => check.unserved());
    expect(new Set(unserved.map((query) => Object.values(query).join(' ')))).toEqual(new Set());
  }

  /** At an address, not watched. */
  at(uri: string, options: Partial<MongoOptions> = {}): MongoDatabase {
    const database = new MongoDatabase({ uri, maxPoolSize: 20, ...options });
    this.opened.push(database);
    return database;
  }
}

export function useDatabases(options: EngineOptions = {}): TestDatabases {
  const databases = new TestDatabases();
  beforeAll(() => databases.start(options));
  afterAll(() => databases.stop());
  return databases;
}
