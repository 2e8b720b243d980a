import type { mongo } from 'mongoose';
import type { MongoEngine } from './engine.js';
import { branchesOf } from './index-check/branches.js';
import { collectionScans } from './index-check/explain.js';
import type { DeclaredIndex, DeclaredIndexes } from './index-check/indexes.js';
import { explainable, queriesOf, type Query } from './index-check/queries.js';
import { serves } from './index-check/serves.js';
import { shapeOf, sortText } from './index-check/shape.js';
import { toNumber } from '../../mongo-stand-in/src/values/order.js';

/** A query that no declared index serves. */
export interface Unserved {
  collection: string;
  /** The command or stage that asked. */
  by: string;
  filter: string;
  sort: string;
}

const ID: DeclaredIndex = { key: { _id: 1 }, unique: true };

/**
 * Watches a client's commands from now on, and tells which of them looked for documents without an index. What is not
 * declared does not count, and a collection that is read as a whole is one of them. The client needs `monitorCommands`.
 */
export class IndexCheck {
  private readonly queries = new Map<string, Query>();
  private readonly commands = new Map<string, { db: string; command: mongo.Document }>();

  constructor(
    private readonly client: mongo.MongoClient,
    private readonly declared: DeclaredIndexes,
  ) {
    if (!client.options.monitorCommands) throw new Error('the client must be made with monitorCommands: true');
    client.on('commandStarted', this.note);
  }

  /** All queries so far that no declared index serves, each shape once. */
  unserved(): Unserved[] {
    return [...this.queries.values()].filter((query) => !this.isServed(query)).map(toUnserved);
  }

  /**
   * Throws where a query so far had no index. Servers that can explain are asked for their plans too, none of which may
   * read a whole collection; with the stand-in a line says that this was not done.
   */
  async verify(engine: MongoEngine): Promise<void> {
    const lines = this.unserved().map(({ collection, by, filter, sort }) => {
      return `${by} on ${collection}: filter ${filter}, sort ${sort}: no declared index`;
    });
    if (engine.supports.explain) lines.push(...(await collectionScans(this.client, [...this.commands.values()])));
    else console.log(`explain was not run: ${engine.name}`);
    if (lines.length) throw new Error(`Queries without an index:\n${lines.join('\n')}`);
  }

  /** Watches no more. */
  stop(): void {
    this.client.off('commandStarted', this.note);
  }

  private readonly note = ({ commandName, databaseName, command }: mongo.CommandStartedEvent): void => {
    const queries = queriesOf(commandName, command);
    const isNew = queries.map((query) => this.add(query)).includes(true);
    if (!isNew) return;
    for (const [index, single] of explainable(commandName, command).entries()) {
      const key = Object.values(toUnserved(queries[index])).join('|');
      if (!this.commands.has(key)) this.commands.set(key, { db: databaseName, command: single });
    }
  };

  private add(query: Query): boolean {
    const key = Object.values(toUnserved(query)).join('|');
    if (this.queries.has(key)) return false;
    this.queries.set(key, query);
    return true;
  }

  private isServed({ collection, filter, sort }: Query): boolean {
    const indexes = [ID, ...(this.declared[collection] ?? [])];
    const order = Object.entries(sort).map(([field, direction]): [string, number] => [field, toNumber(direction) ?? 0]);
    return branchesOf(filter).every((branch) => indexes.some((index) => serves(index, branch, order)));
  }
}

const toUnserved = ({ collection, by, filter, sort }: Query): Unserved => ({
  collection,
  by,
  filter: shapeOf(filter),
  sort: sortText(sort),
});
