import type { Update } from '../update/update.js';
import { keyOf } from '../values/keys.js';
import { sorted } from '../values/sorting.js';
import type { Doc } from '../wire/bson.js';
import { matching, scopeOf, type Command, type CommandContext } from './context.js';
import { projector } from './reads.js';
import { requireShardKey } from './sharding.js';
import { changeOne, insertUpsert } from './writes.js';

/** One document found and changed in one step. */
export const findAndModify: Command = (command, context) => context.patiently(() => run(command, context));

function run(command: Doc, context: CommandContext): Doc {
  const name: string = command.findAndModify ?? command.findandmodify;
  const scope = scopeOf(command, context);
  const filter: Doc = command.query ?? {};
  if (command.upsert) requireShardKey(name, filter);
  const [old] = sorted(matching(context, name, filter, scope), command.sort, command.collation);
  const show = projector(command.fields, filter, scope);
  if (command.remove) {
    if (old) context.store.collection(context.db, name)!.write(keyOf(old._id), null, context.transaction);
    return { lastErrorObject: { n: old ? 1 : 0 }, value: old ? show(old) : null };
  }
  const update: Update = { change: command.update, filter, arrayFilters: command.arrayFilters, scope };
  if (old) {
    const { doc } = changeOne(name, old, update, context);
    return { lastErrorObject: { n: 1, updatedExisting: true }, value: show(command.new ? doc : old) };
  }
  if (!command.upsert) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null };
  const doc = insertUpsert(name, update, context);
  const lastErrorObject = { n: 1, updatedExisting: false, upserted: doc._id };
  return { lastErrorObject, value: command.new ? show(doc) : null };
}
