import { Decimal128, Long, Timestamp } from 'bson';
import { ServerError } from '../errors.js';
import { isDoc } from '../values/documents.js';
import { rank, toNumber } from '../values/order.js';
import type { ValueTest } from './paths.js';

const isInt = (value: unknown): boolean => Number.isInteger(value) && Math.abs(value as number) <= 0x7fffffff;

/** By `$type`'s names. An integer that fits counts as int: what it was sent as is not kept. */
const TYPES: Record<string, ValueTest> = {
  double: (value) => typeof value === 'number' && !isInt(value),
  string: (value) => typeof value === 'string',
  object: isDoc,
  array: Array.isArray,
  binData: (value) => rank(value) === 7,
  objectId: (value) => rank(value) === 8,
  bool: (value) => typeof value === 'boolean',
  date: (value) => value instanceof Date,
  null: (value) => value === null,
  regex: (value) => value instanceof RegExp,
  int: isInt,
  timestamp: (value) => value instanceof Timestamp,
  long: (value) => value instanceof Long && !(value instanceof Timestamp),
  decimal: (value) => value instanceof Decimal128,
  number: (value) => toNumber(value) !== undefined,
};

const NUMBERS: Record<number, string> = {
  1: 'double',
  2: 'string',
  3: 'object',
  4: 'array',
  5: 'binData',
  7: 'objectId',
  8: 'bool',
  9: 'date',
  10: 'null',
  11: 'regex',
  16: 'int',
  17: 'timestamp',
  18: 'long',
  19: 'decimal',
};

/** `$type`: a name, a number, or several of them. */
export function hasType(operand: unknown): ValueTest {
  const tests = (Array.isArray(operand) ? operand : [operand]).map((type: unknown) => {
    const test = TYPES[typeof type === 'number' ? NUMBERS[type] : String(type)];
    if (!test) throw new ServerError('BadValue', `Unknown type name alias: ${String(type)}`);
    return test;
  });
  return (value) => tests.some((test) => test(value));
}
