import { ServerError } from '../errors.js';
import { updated, type Update } from '../update/update.js';
import { upserted } from '../update/upsert.js';
import { isOperators } from '../values/documents.js';
import { keyOf } from '../values/keys.js';
import { isEqual, toNumber } from '../values/order.js';
import { sorted } from '../values/sorting.js';
import type { Doc } from '../wire/bson.js';
import { matching, scopeOf, type CommandContext, type Command } from './context.js';
import { requireShardKey } from './sharding.js';
import { eachStatement } from './statements.js';

const insert: Command = async (command, context) => {
  const collection = context.store.ensureCollection(context.db, command.insert);
  let n = 0;
  const errors = await eachStatement(command, context, command.documents as Doc[], (doc) => {
    collection.insert(doc, context.transaction);
    n++;
  });
  return { n, ...errors };
};

const update: Command = async (command, context) => {
  const reply = { n: 0, nModified: 0 };
  const upserts: Doc[] = [];
  const errors = await eachStatement(command, context, command.updates as Doc[], (statement, index) => {
    const result = updateStatement(statement, command, context);
    reply.n += result.n;
    reply.nModified += result.nModified;
    if (result.upserted) upserts.push({ index, _id: result.upserted._id });
  });
  return { ...reply, ...(upserts.length && { upserted: upserts }), ...errors };
};

function updateStatement(statement: Doc, command: Doc, context: CommandContext) {
  const { q: filter, u: change, multi, upsert } = statement;
  if (multi && !Array.isArray(change) && !isOperators(change)) {
    throw new ServerError('FailedToParse', 'multi update is not supported for replacement-style update');
  }
  if (upsert) requireShardKey(command.update, filter);
  const scope = scopeOf({ let: statement.c ?? command.let, collation: statement.collation }, context);
  const found = sorted(matching(context, command.update, filter, scope), statement.sort);
  const docs = multi ? found : found.slice(0, 1);
  const what: Update = { change, filter, arrayFilters: statement.arrayFilters, scope };
  if (docs.length === 0 && upsert) {
    return { n: 1, nModified: 0, upserted: insertUpsert(command.update, what, context) };
  }
  // Waiting for a transaction runs the statement again: nothing of it may have been written by then.
  for (const doc of docs) {
    context.store.refuseConflict(
      context.store.collection(context.db, command.update)!,
      keyOf(doc._id),
      context.transaction,
    );
  }
  return {
    n: docs.length,
    nModified: docs.filter((doc) => changeOne(command.update, doc, what, context).changed).length,
  };
}

/** Writes an update of one document; where nothing changes it writes nothing. */
export function changeOne(
  name: string,
  old: Doc,
  update: Update,
  context: CommandContext,
): { changed: boolean; doc: Doc } {
  const doc = updated(old, update);
  if (isEqual(doc, old)) return { changed: false, doc: old };
  context.store.collection(context.db, name)!.write(keyOf(old._id), doc, context.transaction);
  return { changed: true, doc };
}

export function insertUpsert(name: string, update: Update, context: CommandContext): Doc {
  return context.store.ensureCollection(context.db, name).insert(upserted(update), context.transaction);
}

const remove: Command = async (command, context) => {
  let n = 0;
  const errors = await eachStatement(command, context, command.deletes as Doc[], (statement) => {
    const scope = scopeOf({ let: command.let, collation: statement.collation }, context);
    const found = matching(context, command.delete, statement.q, scope);
    for (const doc of toNumber(statement.limit) === 1 ? found.slice(0, 1) : found) {
      context.store.collection(context.db, command.delete)!.write(keyOf(doc._id), null, context.transaction);
      n++;
    }
  });
  return { n, ...errors };
};

export const WRITES: Record<string, Command> = { insert, update, delete: remove };
