import { Decimal128, Long, ObjectId, Timestamp } from 'bson';
import { bytesOf, rank } from './order.js';

/** Turns equal values into equal strings: the keys of the hash indexes. `fold` is a collation's. */
export function keyOf(value: unknown, fold: (text: string) => string = (text) => text): string {
  if (value === undefined || value === null) return 'z';
  if (typeof value === 'string') return `s${fold(value)}`;
  if (typeof value === 'number') return `n${value === 0 ? 0 : value}`;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (value instanceof Date) return `d${Number(value)}`;
  if (Array.isArray(value)) return `A[${value.map((item) => keyOf(item, fold)).join('\u0001')}]`;
  if (value instanceof ObjectId) return `o${value.toHexString()}`;
  if (value instanceof Timestamp) return `T${value.toString()}`;
  if (value instanceof Long || typeof value === 'bigint') return `n${value.toString()}`;
  if (value instanceof Decimal128) return `n${plainDecimal(value)}`;
  if (value instanceof RegExp) return `r${String(value)}`;
  if (rank(value) === 3) return keyOf(Number(value));
  if (rank(value) === 7) return `b${(value as { sub_type?: number }).sub_type ?? 0}${bytesOf(value).toString('hex')}`;
  const fields = Object.entries(value).map(([name, field]) => `${name}\u0002${keyOf(field, fold)}`);
  return `O{${fields.join('\u0001')}}`;
}

/** 1.50 and 1.5 are equal; what a double can't hold stays as it is written. */
function plainDecimal(value: Decimal128): string {
  const text = value.toString();
  const number = Number(text);
  return Number.isNaN(number) || text.length > 16 ? text : String(number);
}
