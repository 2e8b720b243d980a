import { queryOptionsIn, type ExpressionScope } from '../aggregate/pipeline.js';
import { compileFilter } from '../query/filter.js';
import type { Collection } from '../store/collection.js';
import type { Store } from '../store/store.js';
import type { Transaction, View } from '../store/transaction.js';
import { ServerError } from '../errors.js';
import type { Doc } from '../wire/bson.js';
import type { Cursors } from './cursors.js';

/** What a command works on. */
export interface CommandContext {
  store: Store;
  db: string;
  view: View;
  transaction?: Transaction;
  cursors: Cursors;
  /** Runs a write again while another transaction holds the document; within a transaction it fails at once. */
  patiently<T>(write: () => T): Promise<T>;
}

/** Takes the command as it came, and gives its reply without `ok`. */
export type Command = (command: Doc, context: CommandContext) => Doc | Promise<Doc>;

/** The scope of a command's expressions: one `$$NOW`, its `let`, its collation, the data it sees. */
export function scopeOf(command: Doc, context: CommandContext): ExpressionScope {
  return {
    now: context.store.clock.now(),
    variables: command.let,
    collation: command.collation,
    read: (name, filter) => read(context, name, filter),
  };
}

export function read(context: CommandContext, name: string, filter?: Doc): Doc[] {
  return context.store.collection(context.db, name)?.read(context.view, filter) ?? [];
}

/** The documents of a collection that match. */
export function matching(
  context: CommandContext,
  name: string,
  filter: Doc | undefined,
  scope: ExpressionScope,
): Doc[] {
  const test = compileFilter(filter, queryOptionsIn(scope));
  // A collation makes more strings equal than the indexes know.
  return read(context, name, scope.collation ? undefined : filter).filter(test);
}

/** The collection, which must be there. */
export function existing(context: CommandContext, name: string): Collection {
  const collection = context.store.collection(context.db, name);
  if (!collection) throw new ServerError('NamespaceNotFound', `ns does not exist: ${context.db}.${name}`);
  return collection;
}
