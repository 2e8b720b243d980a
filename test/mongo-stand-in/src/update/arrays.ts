import { ServerError } from '../errors.js';
import { compileCondition, compileFilter } from '../query/filter.js';
import type { QueryOptions } from '../query/options.js';
import { clone, isDoc, isOperators } from '../values/documents.js';
import { compare, isEqual, toNumber } from '../values/order.js';
import { sorted } from '../values/sorting.js';
import type { Doc } from '../wire/bson.js';
import type { Slot } from './slot.js';

/** The array at a slot; undefined where nothing is. */
function arrayAt(slot: Slot, code: 'BadValue' | 'TypeMismatch'): unknown[] | undefined {
  const { value } = slot;
  if (value === undefined || Array.isArray(value)) return value;
  throw slot.wrongType(code, 'must be an array');
}

const isEach = (operand: unknown): operand is Doc => isDoc(operand) && '$each' in operand;

function itemsOf(operand: unknown): unknown[] {
  if (!isEach(operand)) return [clone(operand)];
  if (!Array.isArray(operand.$each)) throw new ServerError('BadValue', 'The argument to $each must be an array');
  return operand.$each.map(clone);
}

/** `$push`, with `$each`, `$position`, `$sort` and `$slice`. */
export function push(slot: Slot, operand: unknown): void {
  const array = [...(arrayAt(slot, 'BadValue') ?? [])];
  const modifiers: Doc = isEach(operand) ? operand : {};
  const position = toNumber(modifiers.$position) ?? array.length;
  array.splice(position, 0, ...itemsOf(operand));
  slot.set(cut(ordered(array, modifiers.$sort), toNumber(modifiers.$slice)));
}

function ordered(array: unknown[], sort: unknown): unknown[] {
  if (sort === undefined) return array;
  if (isDoc(sort)) return sorted(array as Doc[], sort);
  return array.toSorted((a, b) => compare(a, b) * toNumber(sort)!);
}

function cut(array: unknown[], slice: number | undefined): unknown[] {
  if (slice === undefined) return array;
  if (slice === 0) return [];
  return slice < 0 ? array.slice(slice) : array.slice(0, slice);
}

/** `$addToSet`: adds what isn't in it; what stood in it twice stays. */
export function addToSet(slot: Slot, operand: unknown): void {
  const array = [...(arrayAt(slot, 'BadValue') ?? [])];
  for (const item of itemsOf(operand)) {
    if (!array.some((known) => isEqual(known, item))) array.push(item);
  }
  slot.set(array);
}

export function pop(slot: Slot, operand: unknown): void {
  const end = toNumber(operand);
  if (end !== 1 && end !== -1)
    throw new ServerError('FailedToParse', `$pop expects 1 or -1, found: ${String(operand)}`);
  const array = arrayAt(slot, 'TypeMismatch');
  if (array) slot.set(end === 1 ? array.slice(0, -1) : array.slice(1));
}

/** `$pull`: by value, by operators on the elements, or by conditions on the elements' fields. */
export function pull(slot: Slot, operand: unknown, query: QueryOptions): void {
  const array = arrayAt(slot, 'BadValue');
  if (array) slot.set(array.filter(pullTest(operand, query)));
}

function pullTest(operand: unknown, query: QueryOptions): (item: unknown) => boolean {
  if (isDoc(operand) && !isOperators(operand)) {
    const test = compileFilter(operand, query);
    return (item) => !(isDoc(item) && test(item));
  }
  if (!isOperators(operand) && !(operand instanceof RegExp)) return (item) => !isEqual(item, operand);
  const test = compileCondition('item', operand, query);
  return (item) => !test({ item });
}

export function pullAll(slot: Slot, operand: unknown): void {
  if (!Array.isArray(operand)) throw new ServerError('BadValue', '$pullAll requires an array argument');
  const array = arrayAt(slot, 'BadValue');
  if (array) slot.set(array.filter((item) => !operand.some((gone) => isEqual(gone, item))));
}
