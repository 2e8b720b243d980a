import { createHash } from 'node:crypto';

const BYTES = 16;
const RANGE = 1n << BigInt(8 * BYTES);

/** What of a document counts: the same in both places, whatever the store adds for itself. */
export type Counted<T> = ReadonlyArray<keyof T & string>;
/** Fields that came after a build that copies had been released: what each is where it is missing. */
export type Later<T> = Readonly<Partial<Record<keyof T & string, unknown>>>;

/**
 * A document's content in 16 bytes. Times count as milliseconds; a field that is not there counts as null. Fields that came
 * `later` count only where they hold something else than what they are where they are missing: what an older build has
 * copied is known again.
 */
export function digest<T extends object>(doc: T, fields: Counted<T>, later?: Later<T>): Buffer {
  const added = Object.entries(later ?? {})
    .map(([field, absent]) => [field, plain(doc[field as keyof T] ?? absent), plain(absent)])
    .filter(([, value, absent]) => value !== absent)
    .map(([field, value]) => [field, value]);
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
