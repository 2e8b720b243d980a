import { runPipeline, queryOptionsIn, type ExpressionScope } from '../aggregate/pipeline.js';
import { ServerError } from '../errors.js';
import { clone, isDoc, isOperators, storable } from '../values/documents.js';
import { isEqual } from '../values/order.js';
import type { Doc } from '../wire/bson.js';
import { refuseConflicts } from './conflicts.js';
import { rename, UPDATE_OPERATORS } from './operators.js';
import { Slot } from './slot.js';
import { targetsOf } from './targets.js';

/** One update as a command gives it: a replacement, operators, or a pipeline. */
export interface Update {
  change: Doc | Doc[];
  filter: Doc;
  arrayFilters?: Doc[];
  scope: ExpressionScope;
}

const PIPELINE_STAGES = ['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith'];

/** The document that an update makes of `old`. With `inserting`, `old` is what the filter gives a new one. */
export function updated(old: Doc, update: Update, inserting = false): Doc {
  const doc = storable(change(old, update, inserting));
  if (doc._id === undefined && old._id !== undefined) return { _id: old._id, ...doc };
  if (old._id !== undefined && !isEqual(doc._id, old._id)) {
    const words = "Performing an update on the path '_id' would modify the immutable field '_id'";
    throw new ServerError('ImmutableField', words);
  }
  return doc;
}

function change(old: Doc, update: Update, inserting: boolean): Doc {
  if (Array.isArray(update.change)) return runUpdatePipeline(old, update.change, update.scope);
  if (!isOperators(update.change)) return update.change;
  return applyOperators(clone(old), update.change, update, inserting);
}

function runUpdatePipeline(old: Doc, pipeline: Doc[], scope: ExpressionScope): Doc {
  for (const stage of pipeline) {
    const [name] = Object.keys(stage);
    if (PIPELINE_STAGES.includes(name)) continue;
    throw new ServerError('InvalidOptions', `${name} is not allowed to be used within an update`);
  }
  return runPipeline([old], pipeline, scope)[0];
}

function applyOperators(doc: Doc, operators: Doc, update: Update, inserting: boolean): Doc {
  const query = queryOptionsIn(update.scope);
  const positions = { filter: update.filter, arrayFilters: update.arrayFilters ?? [], query };
  const changes = changesOf(operators).filter(({ name }) => inserting || name !== '$setOnInsert');
  const original = clone(doc);
  for (const { name, path, operand } of changes) {
    if (name === '$rename') {
      rename(doc, path, operand);
      continue;
    }
    for (const target of targetsOf(original, path, positions)) {
      UPDATE_OPERATORS[name](Slot.at(doc, target), operand, { now: update.scope.now, query });
    }
  }
  return doc;
}

/** All single changes, in the order of their paths, as the server makes them. */
function changesOf(operators: Doc): Array<{ name: string; path: string; operand: unknown }> {
  const changes = Object.entries(operators).flatMap(([name, fields]) => {
    if (!(name in UPDATE_OPERATORS) && name !== '$rename') {
      const words = `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`;
      throw new ServerError('FailedToParse', words);
    }
    if (!isDoc(fields)) throw new ServerError('FailedToParse', `Modifiers operate on fields but ${name} has none`);
    return Object.entries(fields).map(([path, operand]) => ({ name, path, operand: operand as unknown }));
  });
  const written = changes.flatMap(({ name, path, operand }) => (name === '$rename' ? [path, String(operand)] : [path]));
  refuseConflicts(written);
  return changes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
