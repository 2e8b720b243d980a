import { Readable } from 'node:stream';
import { newId } from '../../../../libs/ids/index.js';
import { decodeCursor, type Page, type PageRequest, toPage } from '../../../../libs/paging/index.js';
import { addressOf, nameOf } from '../content-name.js';
import {
  type ByteRange,
  type Bytes,
  type ContentAddress,
  FileContents,
  type ListedContent,
  type OpenContent,
} from '../file-contents.js';

/** Limit: one process, whose memory holds all contents; they end with it. */
export class MemoryFileContents extends FileContents {
  private readonly kept = new Map<string, Buffer>();
  private readonly staged = new Map<string, { bytes: Buffer; at: number }>();

  async stage(bytes: Bytes): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    const id = newId();
    this.staged.set(id, { bytes: Buffer.concat(chunks), at: Date.now() });
    return id;
  }

  async keep(staged: string, address: ContentAddress): Promise<void> {
    const lies = this.staged.get(staged);
    if (!lies) throw new Error('nothing lies aside under this name');
    this.kept.set(nameOf(address), lies.bytes);
    this.staged.delete(staged);
  }

  async discard(staged: string): Promise<void> {
    this.staged.delete(staged);
  }

  async open(address: ContentAddress, range?: ByteRange): Promise<OpenContent | null> {
    const bytes = this.kept.get(nameOf(address));
    if (!bytes) return null;
    const part = range ? bytes.subarray(range.first, range.last + 1) : bytes;
    return { size: bytes.length, bytes: Readable.from(part.length > 0 ? [part] : [], { objectMode: false }) };
  }

  async size(address: ContentAddress): Promise<number | null> {
    return this.kept.get(nameOf(address))?.length ?? null;
  }

  async drop(address: ContentAddress): Promise<void> {
    this.kept.delete(nameOf(address));
  }

  async list({ limit, cursor }: PageRequest): Promise<Page<ListedContent>> {
    const [after] = cursor ? decodeCursor(cursor, ['string']) : [''];
    const names = [...this.kept.keys()].filter((name) => name > after).sort();
    const listed = names
      .slice(0, limit + 1)
      .map((name) => ({ ...addressOf(name)!, size: this.kept.get(name)!.length }));
    return toPage(listed, limit, (last) => [nameOf(last)]);
  }

  async clearStaged(olderThanMs: number): Promise<number> {
    const old = [...this.staged].filter(([, { at }]) => Date.now() - at >= olderThanMs);
    for (const [id] of old) this.staged.delete(id);
    return old.length;
  }

  async ping(): Promise<void> {}

  async close(): Promise<void> {}
}
