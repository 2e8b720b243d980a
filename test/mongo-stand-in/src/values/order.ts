import { Decimal128, Long, ObjectId, Timestamp } from 'bson';

/** Compares two values: negative, 0 or positive. */
export type Compare = (a: unknown, b: unknown) => number;

const RANKS: Record<string, number> = {
  MinKey: 0,
  Long: 3,
  Decimal128: 3,
  Int32: 3,
  Double: 3,
  BSONSymbol: 4,
  Binary: 7,
  ObjectId: 8,
  Timestamp: 11,
  BSONRegExp: 12,
  Code: 13,
  MaxKey: 99,
};
export const NUMBER = 3;
export const STRING = 4;
const OBJECT = 5;
const ARRAY = 6;
const BINARY = 7;

/** Where a value's type stands in BSON's order. A missing value counts as null. */
export function rank(value: unknown): number {
  if (value === undefined || value === null) return 2;
  if (typeof value === 'number' || typeof value === 'bigint') return NUMBER;
  if (typeof value === 'string') return STRING;
  if (typeof value === 'boolean') return 9;
  const type = (value as { _bsontype?: string })._bsontype;
  if (type) return RANKS[type] ?? OBJECT;
  if (Array.isArray(value)) return ARRAY;
  if (value instanceof Date) return 10;
  if (value instanceof RegExp) return 12;
  return ArrayBuffer.isView(value) ? BINARY : OBJECT;
}

/** A number of any of BSON's types as JavaScript's; undefined for everything else. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Timestamp) return undefined;
  if (value instanceof Long) return value.toNumber();
  if (value instanceof Decimal128) return Number(value.toString());
  return rank(value) === NUMBER ? Number(value) : undefined;
}

/** As expressions see it: everything but false, null, a missing value and zero. */
export const isTrue = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== false && toNumber(value) !== 0;

/** BSON's order, first by type, then by value. */
export const compare: Compare = (a, b) => {
  if (a === b) return 0;
  const rankA = rank(a);
  const rankB = rank(b);
  return rankA === rankB ? compareSameType(a, b, rankA) : rankA - rankB;
};

export const isEqual = (a: unknown, b: unknown): boolean => compare(a, b) === 0;

function compareSameType(a: unknown, b: unknown, type: number): number {
  switch (type) {
    case 2:
      return 0;
    case NUMBER:
      return compareNumbers(a, b);
    case STRING:
    case 9:
      return bySize(a as string, b as string);
    case 10:
      return Number(a) - Number(b);
    case 8:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id);
    case BINARY:
      return compareBytes(bytesOf(a), bytesOf(b));
    case 11:
      return (a as Timestamp).compare(b as Timestamp);
    case ARRAY:
      return compareArrays(a as unknown[], b as unknown[]);
    case OBJECT:
      return compareDocs(a as object, b as object);
    default:
      return bySize(String(a), String(b));
  }
}

const bySize = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

function compareNumbers(a: unknown, b: unknown): number {
  if (a instanceof Long && b instanceof Long) return a.compare(b);
  const [x, y] = [toNumber(a)!, toNumber(b)!];
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(y)) - Number(Number.isNaN(x));
  return bySize(x, y);
}

/** The bytes of a Binary, a Buffer or an array of bytes. */
export function bytesOf(value: unknown): Buffer {
  const { buffer, position } = value as { buffer: Uint8Array; position?: number };
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return Buffer.from(buffer).subarray(0, position);
}

const compareBytes = (a: Buffer, b: Buffer): number => a.length - b.length || Buffer.compare(a, b);

function compareArrays(a: unknown[], b: unknown[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compare(a[i], b[i]);
    if (order) return order;
  }
  return a.length - b.length;
}

/** Field by field, in the order in which they stand: { a, b } is another document than { b, a }. */
function compareDocs(a: object, b: object): number {
  const [x, y] = [Object.entries(a), Object.entries(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const order = rank(x[i][1]) - rank(y[i][1]) || bySize(x[i][0], y[i][0]) || compare(x[i][1], y[i][1]);
    if (order) return order;
  }
  return x.length - y.length;
}
