import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { newId } from '../../../../libs/ids/index.js';
import type { ByteRange, ContentAddress, FileContents } from '../file-contents.js';

export interface OpenedContents {
  contents: FileContents;
  /** Makes what lies aside older by so much. */
  ageStaged(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** An address of such bytes, as an upload of them has. */
export function addressFor(bytes: Buffer, change: Partial<ContentAddress> = {}): ContentAddress {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { sha256, contentId: newId(), form: 'upload', ...change };
}

export const someBytes = (length: number): Buffer => randomBytes(length);

/** In pieces, as they come over a connection. */
export async function* pieces(bytes: Buffer, length = 16_384): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) {
    await new Promise((resolve) => setImmediate(resolve));
    yield bytes.subarray(at, at + length);
  }
}

export const streamOf = (bytes: Buffer): Readable => Readable.from(pieces(bytes), { objectMode: false });

/** The bytes under an address, or null. */
export async function read(contents: FileContents, address: ContentAddress, range?: ByteRange): Promise<Buffer | null> {
  const opened = await contents.open(address, range);
  return opened && buffer(opened.bytes);
}

/** Puts such bytes, and gives back their address. */
export async function put(
  contents: FileContents,
  bytes: Buffer,
  change?: Partial<ContentAddress>,
): Promise<ContentAddress> {
  const address = addressFor(bytes, change);
  await contents.put(address, streamOf(bytes));
  return address;
}

/** All that is listed, page by page. */
export async function listed(contents: FileContents, limit = 100): Promise<Array<ContentAddress & { size: number }>> {
  const all = [];
  for (let cursor: string | undefined; ;) {
    const page = await contents.list({ limit, cursor });
    all.push(...page.items);
    if (!page.nextCursor) return all;
    cursor = page.nextCursor;
  }
}
