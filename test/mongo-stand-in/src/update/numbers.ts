import { Decimal128, Long } from 'bson';
import { toNumber } from '../values/order.js';

const isLong = (value: unknown): boolean => value instanceof Long || typeof value === 'bigint';
const toBigInt = (value: unknown): bigint => (value instanceof Long ? value.toBigInt() : BigInt(Number(value)));

/** Adds or multiplies, in the widest of the two numbers' types. */
export function calculate(left: unknown, right: unknown, kind: 'add' | 'multiply'): unknown {
  if (isLong(left) || isLong(right)) {
    const [a, b] = [toBigInt(left), toBigInt(right)];
    return Long.fromBigInt(kind === 'add' ? a + b : a * b);
  }
  const [a, b] = [toNumber(left)!, toNumber(right)!];
  const result = kind === 'add' ? a + b : a * b;
  const isDecimal = left instanceof Decimal128 || right instanceof Decimal128;
  return isDecimal ? Decimal128.fromString(String(result)) : result;
}
