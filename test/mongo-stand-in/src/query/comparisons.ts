import { ServerError } from '../errors.js';
import { rank, type Compare } from '../values/order.js';
import type { ValueTest } from './paths.js';

const EXTREMES = [0, 99];

/** Equal to `operand`; a regular expression matches strings, and null also what is missing. */
export function equals(operand: unknown, compare: Compare): ValueTest {
  if (operand instanceof RegExp) return matches(operand);
  const type = rank(operand);
  return (value) => rank(value) === type && compare(value, operand) === 0;
}

export function oneOf(operands: unknown, compare: Compare): ValueTest {
  if (!Array.isArray(operands)) throw new ServerError('BadValue', '$in needs an array');
  const tests = operands.map((operand) => equals(operand, compare));
  return (value) => tests.some((test) => test(value));
}

/** Greater or less: only within a type, but for the two ends of the order. */
export function ordered(operand: unknown, compare: Compare, holds: (order: number) => boolean): ValueTest {
  const type = rank(operand);
  const anyType = EXTREMES.includes(type);
  return (value) => (anyType || rank(value) === type) && holds(compare(value, operand));
}

export function matches(pattern: RegExp): ValueTest {
  const fresh = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  return (value) =>
    typeof value === 'string' ? fresh.test(value) : value instanceof RegExp && String(value) === String(pattern);
}

/** `$regex` with its `$options`. */
export function toPattern(source: unknown, options: unknown): RegExp {
  const flags = typeof options === 'string' ? options : source instanceof RegExp ? source.flags : '';
  if (/[^ims]/.test(flags)) throw new ServerError('BadValue', `invalid flag in regex options: ${flags}`);
  const text = source instanceof RegExp ? source.source : source;
  if (typeof text !== 'string') throw new ServerError('BadValue', '$regex has to be a string');
  try {
    return new RegExp(text, flags);
  } catch (cause) {
    throw new ServerError('BadValue', `Regular expression is invalid: ${String(cause)}`);
  }
}
