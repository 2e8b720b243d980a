import { createHash } from 'node:crypto';

const BYTES = 16;
const RANGE = 1n << BigInt(8 * BYTES);

/** What of a document counts: the same in both places, whatever the store adds for itself. */
export type Fields<T> = ReadonlyArray<keyof T & string>;

/**
 * A document's content in 16 bytes. Times count as milliseconds; a field that is not there counts as null. Fields that came
 * `later` count only where they hold something: what an older build has copied is known again.
 */
export function digest<T extends object>(doc: T, fields: Fields<T>, later: Fields<T> = []): Buffer {
  const added = later.map((field) => [field, plain(doc[field])]).filter(([, value]) => value !== null);
  const text = JSON.stringify([...fields.map((field) => plain(doc[field])), ...added]);
  return createHash('sha256').update(text).digest().subarray(0, BYTES);
}

function plain(value: unknown): unknown {
  return value instanceof Date ? value.getTime() : (value ?? null);
}

/** What stands with each copied document: from where, and its content. */
export function markOf(source: string, content: Buffer): string {
  return `${source}:${content.toString('base64url')}`;
}

/** How many, and the sum of their contents: in whatever order, the same documents give the same. */
export class Checksum {
  count = 0;
  private sum = 0n;

  add(content: Buffer): void {
    this.count++;
    this.sum = (this.sum + BigInt(`0x${content.toString('hex')}`)) % RANGE;
  }

  equals(other: Checksum): boolean {
    return this.count === other.count && this.sum === other.sum;
  }

  toString(): string {
    return this.sum
      .toString(16)
      .padStart(2 * BYTES, '0')
      .slice(0, 16);
  }
}
