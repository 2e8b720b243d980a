import { compileFilter } from '../../../mongo-stand-in/src/query/filter.js';
import { isOperators } from '../../../mongo-stand-in/src/values/documents.js';
import { isEqual } from '../../../mongo-stand-in/src/values/order.js';
import type { Branch } from './branches.js';
import type { DeclaredIndex } from './indexes.js';

type Sort = Array<[field: string, direction: number]>;

/**
 * Whether an index serves a query: fields with given values come first in it, then the sort in the index's order or
 * all against it, or a range. Further conditions are looked at document by document.
 */
export function serves(index: DeclaredIndex, branch: Branch, sort: Sort): boolean {
  const fields = Object.entries(index.key);
  if (fields.some(([, kind]) => kind === 'text') || !holds(index, branch)) return false;
  if (index.unique && fields.every(([field]) => branch.single.has(field))) return true;
  const firstOpen = fields.findIndex(([field]) => !branch.equal.has(field));
  const open = firstOpen < 0 ? [] : fields.slice(firstOpen);
  const wanted = sort.filter(([field]) => !branch.single.has(field) && !isLed(fields, branch, field));
  const isBounded = firstOpen !== 0 || branch.range.has(fields[0][0]);
  if (wanted.length === 0) return isBounded;
  return isOrdered(open, branch, wanted) && (isBounded || isWhole(index, branch));
}

/** All of the index is wanted, in its order: it is read as far as the reader likes. */
function isWhole(index: DeclaredIndex, branch: Branch): boolean {
  return [...branch.conditions.keys()].every((field) => field in (index.partialFilterExpression ?? {}));
}

/** A sort by a field of which some values are wanted is the index's own order where it stands first. */
const isLed = (fields: Array<[string, unknown]>, branch: Branch, field: string): boolean =>
  fields[0][0] === field && branch.equal.has(field);

function isOrdered(open: Array<[string, number | string]>, branch: Branch, wanted: Sort): boolean {
  let turn = 0;
  const rest = [...wanted];
  for (const [field, direction] of open) {
    if (rest.length === 0) return true;
    if (field === rest[0][0]) {
      const sign = Math.sign(Number(direction) * rest[0][1]);
      if (!sign || (turn && sign !== turn)) return false;
      turn = sign;
      rest.shift();
    } else if (!branch.single.has(field)) return false;
  }
  return rest.length === 0;
}

/** Whether all that the query can find is in the index: a partial or sparse one leaves documents out. */
function holds(index: DeclaredIndex, branch: Branch): boolean {
  if (index.sparse) {
    return Object.keys(index.key).some((field) => branch.conditions.get(field)?.some(excludesMissing) ?? false);
  }
  return Object.entries(index.partialFilterExpression ?? {}).every(([field, required]) =>
    (branch.conditions.get(field) ?? []).some((condition) => implies(condition, required)),
  );
}

/** Whether a condition of the query finds nothing but what the index's condition lets in. */
function implies(condition: unknown, required: unknown): boolean {
  if (isEqual(condition, required)) return true;
  const value = isOperators(condition) ? condition.$eq : condition;
  if (value !== undefined) return value !== null && compileFilter({ value: required })({ value });
  if (isEqual(required, { $exists: true })) return excludesMissing(condition);
  if (!isOperators(condition) || !isOperators(required)) return false;
  return Object.entries(required).every(([name, operand]) => isEqual(condition[name] ?? null, operand));
}

const WANT_A_VALUE = ['$gt', '$gte', '$lt', '$lte', '$eq', '$regex', '$elemMatch'];

function excludesMissing(condition: unknown): boolean {
  if (!isOperators(condition)) return condition !== null && condition !== undefined;
  if (condition.$exists === true) return true;
  if ('$in' in condition) return !condition.$in.includes(null);
  return WANT_A_VALUE.some((name) => name in condition && condition[name] !== null);
}
