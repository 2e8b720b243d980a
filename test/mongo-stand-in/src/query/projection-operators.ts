import { ServerError, unsupported } from '../errors.js';
import { isDoc } from '../values/documents.js';
import { toNumber } from '../values/order.js';
import type { Doc } from '../wire/bson.js';
import { compileCondition } from './filter.js';
import { matchedElement } from './matched-element.js';
import type { QueryOptions } from './options.js';
import type { Computed, ComputeField } from './projection.js';

/** The operators that only `find` has, over the expressions that `$project` has too. */
export function findOperators(filter: Doc, options: QueryOptions, expressions: ComputeField): ComputeField {
  return (path, value) => {
    if (path.endsWith('.$')) return positional(path.slice(0, -2), filter, options);
    if (isDoc(value)) {
      if ('$slice' in value && isSliceOfField(value.$slice)) return slice(value.$slice);
      if ('$elemMatch' in value) return firstMatch(value.$elemMatch, options);
      if ('$meta' in value) throw unsupported('$meta');
    }
    return expressions(path, value);
  };
}

/** `$slice: 3` or `[skip, limit]`; with an array first it is the expression. */
const isSliceOfField = (operand: unknown): boolean =>
  toNumber(operand) !== undefined || (Array.isArray(operand) && operand.every((part) => toNumber(part) !== undefined));

function slice(operand: unknown): Computed {
  const [skip, limit] = Array.isArray(operand)
    ? operand.map((part) => toNumber(part)!)
    : [undefined, toNumber(operand)!];
  if (skip !== undefined && limit <= 0) throw new ServerError('BadValue', '$slice limit must be positive');
  const cut = (array: unknown[]): unknown[] => {
    if (skip === undefined) return limit < 0 ? array.slice(limit) : array.slice(0, limit);
    const from = skip < 0 ? Math.max(0, array.length + skip) : skip;
    return array.slice(from, from + limit);
  };
  return { neutral: true, compute: (_doc, value) => (Array.isArray(value) ? cut(value) : value) };
}

function firstMatch(operand: unknown, options: QueryOptions): Computed {
  const test = compileCondition('array', { $elemMatch: operand }, options);
  return {
    compute: (_doc, value) => {
      const index = Array.isArray(value) ? value.findIndex((item) => test({ array: [item] })) : -1;
      return index < 0 ? undefined : [(value as unknown[])[index]];
    },
  };
}

function positional(path: string, filter: Doc, options: QueryOptions): Computed {
  return {
    compute: (doc, value) => {
      const index = matchedElement(filter, doc, path, options);
      if (index < 0) throw new ServerError('BadValue', `positional operator '${path}.$' matched no element`);
      return [(value as unknown[])[index]];
    },
  };
}
