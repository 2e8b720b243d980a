import { evaluate, queryOptionsIn, runPipeline, type ExpressionScope } from '../aggregate/pipeline.js';
import { expressionField } from '../aggregate/stages.js';
import { unsupported } from '../errors.js';
import { compileProjection } from '../query/projection.js';
import { findOperators } from '../query/projection-operators.js';
import { indexedValues } from '../values/documents.js';
import { keyOf } from '../values/keys.js';
import { toNumber } from '../values/order.js';
import { sorted } from '../values/sorting.js';
import type { Doc } from '../wire/bson.js';
import { matching, read, scopeOf, type Command } from './context.js';

/** What `find` and `findAndModify` show of a document. */
export function projector(spec: Doc | undefined, filter: Doc, scope: ExpressionScope): (doc: Doc) => Doc {
  const expressions = expressionField((doc, expression) => evaluate(doc, expression, scope));
  return compileProjection(spec, findOperators(filter, queryOptionsIn(scope), expressions));
}

const find: Command = (command, context) => {
  const scope = scopeOf(command, context);
  const found = sorted(matching(context, command.find, command.filter, scope), command.sort, command.collation);
  const limit = Math.abs(toNumber(command.limit) ?? 0);
  const skip = toNumber(command.skip) ?? 0;
  const docs = found.slice(skip, limit ? skip + limit : undefined);
  const shown = docs.map(projector(command.projection, command.filter ?? {}, scope));
  return context.cursors.first(`${context.db}.${command.find}`, shown, command);
};

const UNSUPPORTED_STAGES = [
  '$changeStream',
  '$geoNear',
  '$search',
  '$vectorSearch',
  '$indexStats',
  '$currentOp',
  '$out',
  '$merge',
];

const aggregate: Command = (command, context) => {
  const name: unknown = command.aggregate;
  const pipeline: Doc[] = [...command.pipeline];
  const missing = pipeline.flatMap(Object.keys).find((stage) => UNSUPPORTED_STAGES.includes(stage));
  if (missing) throw unsupported(`stage ${missing}`);
  const scope = scopeOf(command, context);
  if (typeof name !== 'string') {
    return context.cursors.first(`${context.db}.$cmd.aggregate`, runPipeline([], pipeline, scope), command.cursor);
  }
  const namespace = `${context.db}.${name}`;
  if (pipeline[0]?.$collStats) {
    const count = read(context, name).length;
    return context.cursors.first(namespace, [{ ns: namespace, count, storageStats: { count, size: 0 } }]);
  }
  // What the first stage asks for is asked of the indexes.
  const filter = pipeline[0]?.$match ? pipeline.shift()!.$match : undefined;
  const docs = filter ? matching(context, name, filter, scope) : read(context, name);
  return context.cursors.first(namespace, runPipeline(docs, pipeline, scope), command.cursor);
};

const count: Command = (command, context) => {
  const found = matching(context, command.count, command.query, scopeOf(command, context)).length;
  const rest = Math.max(0, found - (toNumber(command.skip) ?? 0));
  return { n: Math.min(rest, toNumber(command.limit) || Infinity) };
};

const distinct: Command = (command, context) => {
  const values = new Map<string, unknown>();
  for (const doc of matching(context, command.distinct, command.query, scopeOf(command, context))) {
    for (const value of indexedValues(doc, command.key)) if (value !== undefined) values.set(keyOf(value), value);
  }
  return { values: [...values.values()] };
};

const getMore: Command = (command, context) => context.cursors.more(command.getMore, command.batchSize);
const killCursors: Command = (command, context) => context.cursors.kill(command.cursors);

export const READS: Record<string, Command> = { find, aggregate, count, distinct };
export const CURSOR_COMMANDS: Record<string, Command> = { getMore, killCursors };
