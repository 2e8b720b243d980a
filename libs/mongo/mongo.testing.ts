import { readFileSync } from 'node:fs';
import { MongoDatabase, type MongoOptions } from './index.js';

let made = 0;

export class TestDatabases {
  private readonly opened: MongoDatabase[] = [];

  async open(options: Partial<MongoOptions> = {}): Promise<MongoDatabase> {
    const base = readFileSync('/tmp/standin/uri.txt', 'utf8').trim();
    const uri = base.replace('/?', `/t_${process.pid}_${Date.now()}_${made++}?`);
    const database = new MongoDatabase({ uri, maxPoolSize: 20, ...options });
    this.opened.push(database);
    await database.ping();
    return database;
  }

  openAway(): MongoDatabase {
    const uri = 'mongodb://127.0.0.1:1/none?replicaSet=rs0';
    const database = new MongoDatabase({ uri, serverSelectionTimeoutMS: 100, retryForMs: 200 });
    this.opened.push(database);
    return database;
  }

  async close(): Promise<void> {
    await Promise.all(this.opened.splice(0).map((database) => database.close()));
  }
}

export function useDatabases(): TestDatabases {
  const databases = new TestDatabases();
  afterAll(() => databases.close());
  return databases;
}
