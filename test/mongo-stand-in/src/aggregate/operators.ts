import { Context, evalExpr } from 'mingo/core';
import * as accumulators from 'mingo/operators/accumulator';
import * as expressions from 'mingo/operators/expression';
import * as stages from 'mingo/operators/pipeline';
import * as windows from 'mingo/operators/window';
import type { Options } from 'mingo/types';
import { ServerError } from '../errors.js';
import { compare, isEqual, rank } from '../values/order.js';
import { OWN_STAGES } from './stages.js';

/*
 * Expressions, accumulators and most stages are mingo's. What compares values is replaced: mingo compares arrays by any
 * of their elements, and knows neither BSON's order nor its types.
 */

const comparison =
  (holds: (order: number) => unknown) =>
  (doc: unknown, operands: unknown, options: Options): unknown => {
    const [left, right] = evalExpr(doc, operands, options) as unknown[];
    return holds(missingFirst(left, right) || compare(left, right));
  };

/** Only expressions tell a missing value from null: it is the lesser one. */
function missingFirst(left: unknown, right: unknown): number {
  if (rank(left) !== 2 || rank(right) !== 2) return 0;
  return Number(left !== undefined) - Number(right !== undefined);
}

function isIn(doc: unknown, operands: unknown, options: Options): boolean {
  const [value, list] = evalExpr(doc, operands, options) as unknown[];
  if (!Array.isArray(list)) throw new ServerError('Location40324', '$in requires an array as a second argument');
  return list.some((item) => isEqual(item, value));
}

/** `$min` and `$max`, over a group's documents and as expressions over a list; null and missing don't count. */
const extreme =
  (sign: 1 | -1) =>
  (items: unknown[], expression: unknown, options: Options): unknown => {
    const values = accumulators.$push(items, expression, options) as unknown[];
    const found = values.filter((value) => value !== null && value !== undefined);
    return found.length === 0 ? null : found.reduce((best, value) => (compare(value, best) * sign > 0 ? value : best));
  };

const own = Context.init({
  expression: {
    $eq: comparison((order) => order === 0),
    $ne: comparison((order) => order !== 0),
    $gt: comparison((order) => order > 0),
    $gte: comparison((order) => order >= 0),
    $lt: comparison((order) => order < 0),
    $lte: comparison((order) => order <= 0),
    $cmp: comparison(Math.sign),
    $in: isIn,
  } as never,
  accumulator: { $max: extreme(1), $min: extreme(-1) } as never,
  pipeline: OWN_STAGES as never,
});

const { $out: _out, $merge: _merge, ...readingStages } = stages;

/** All there is: the own ones go before mingo's. */
export const OPERATORS = Context.from(
  own,
  Context.init({
    accumulator: accumulators as never,
    expression: expressions as never,
    pipeline: readingStages as never,
    window: windows as never,
  }),
);
