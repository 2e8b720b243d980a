import { posix } from 'node:path';
import type { Entry, ZipFile } from 'yauzl';
import { library, Unreadable } from './failures.js';

/** More entries than any document has. */
const MOST_ENTRIES = 50_000;
/** All that is unpacked of one file, bytes: it is read as it comes, and never held. */
const MOST_UNPACKED = 128 * 1024 * 1024;

/** The longest path by which a part names another one, UTF-16 units: taking one apart takes ever longer for each further step. */
const LONGEST_PATH = 4096;

/** The name of the entry that a part in `folder` calls so; '' (there is none of that name) where it is longer than any is. */
export function entryName(folder: string, path: string): string {
  return path.length > LONGEST_PATH ? '' : posix.join(folder, path);
}

/** A ZIP file in memory, of which one entry after the other is unpacked. */
export class Archive {
  private unpacked = 0;

  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** Throws where its directory does not hold together. */
  static async open(content: Buffer): Promise<Archive> {
    const { default: yauzl } = await library(() => import('yauzl'));
    const zip = await yauzl.fromBufferPromise(content, { lazyEntries: true });
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) {
      entries.set(entry.fileName, entry);
      if (entries.size > MOST_ENTRIES) throw new Unreadable('too_big');
    }
    return new Archive(zip, entries);
  }

  /** In the order of its directory. */
  get names(): string[] {
    return [...this.entries.keys()];
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /**
   * The bytes of an entry as they are unpacked; nothing where there is none of that name. Throws `Unreadable`: `encrypted`, or
   * `too_big` where all that has been unpacked of this file is too much.
   */
  async *bytes(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name);
    if (!entry) return;
    if (entry.isEncrypted()) throw new Unreadable('encrypted');
    const stream = await this.zip.openReadStreamPromise(entry);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      this.unpacked += chunk.length;
      if (this.unpacked > MOST_UNPACKED) throw new Unreadable('too_big');
      yield chunk;
    }
  }
}
