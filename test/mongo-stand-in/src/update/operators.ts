import { Timestamp } from 'bson';
import { ServerError } from '../errors.js';
import type { QueryOptions } from '../query/options.js';
import { clone, isDoc } from '../values/documents.js';
import { compare, toNumber } from '../values/order.js';
import { addToSet, pop, pull, pullAll, push } from './arrays.js';
import { calculate } from './numbers.js';
import { Slot } from './slot.js';

export interface UpdateScope {
  now: Date;
  query: QueryOptions;
}

type Operator = (slot: Slot, operand: unknown, scope: UpdateScope) => void;

const set: Operator = (slot, operand) => slot.set(clone(operand));

const arithmetic =
  (kind: 'add' | 'multiply'): Operator =>
  (slot, operand) => {
    const verb = kind === 'add' ? 'increment' : 'multiply';
    if (toNumber(operand) === undefined)
      throw slot.wrongType('TypeMismatch', `Cannot ${verb} with a non-numeric argument`);
    if (slot.value === undefined) return slot.set(kind === 'add' ? operand : 0);
    if (toNumber(slot.value) === undefined) throw slot.wrongType('TypeMismatch', `Cannot ${verb} a non-numeric value`);
    slot.set(calculate(slot.value, operand, kind));
  };

const bounded =
  (sign: 1 | -1): Operator =>
  (slot, operand) => {
    if (slot.value === undefined || compare(operand, slot.value) * sign > 0) slot.set(clone(operand));
  };

const currentDate: Operator = (slot, operand, { now }) => {
  const type = isDoc(operand) ? operand.$type : 'date';
  slot.set(type === 'timestamp' ? new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 }) : now);
};

const bit: Operator = (slot, operand) => {
  const [[name, mask]] = Object.entries(operand as Record<string, number>);
  const value = toNumber(slot.value ?? 0);
  if (value === undefined) throw slot.wrongType('BadValue', 'Cannot apply $bit to a non-integral value');
  const results: Record<string, number> = { and: value & mask, or: value | mask, xor: value ^ mask };
  slot.set(results[name]);
};

/** The operators that change one field. `$rename` changes two, `$setOnInsert` is `$set` for new documents. */
export const UPDATE_OPERATORS: Record<string, Operator> = {
  $set: set,
  $setOnInsert: set,
  $unset: (slot) => slot.unset(),
  $inc: arithmetic('add'),
  $mul: arithmetic('multiply'),
  $min: bounded(-1),
  $max: bounded(1),
  $currentDate: currentDate,
  $bit: bit,
  $push: push,
  $addToSet: addToSet,
  $pop: pop,
  $pull: (slot, operand, { query }) => pull(slot, operand, query),
  $pullAll: pullAll,
};

export function rename(doc: object, from: string, to: unknown): void {
  if (typeof to !== 'string' || to === from) throw new ServerError('BadValue', `$rename can't rename '${from}' so`);
  const source = Slot.at(doc, from);
  if (source.value === undefined) return;
  const { value } = source;
  source.unset();
  Slot.at(doc, to).set(value);
}
