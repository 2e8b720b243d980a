import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, dependencyDown } from '../../../../libs/errors/index.js';
import { isId, newId } from '../../../../libs/ids/index.js';
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

/** Stays free for the database, which may lie on the same disk and has to end what runs. Bytes. */
const RESERVE_BYTES = 32 * 1024 * 1024;
/** How much is written between two looks at how much is free. */
const LOOK_EVERY_BYTES = 1024 * 1024;

/** The errors of what is not there. */
const isAbsent = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

/**
 * A file for each form, `<folder>/<first two digits of the hash>/<name>`. What is written lies in `<folder>/staged` until it
 * is whole and on the disk, and then is renamed: a crash at any moment leaves a whole file or one that nobody sees.
 */
export class DiskFileContents extends FileContents {
  private readonly staging: string;

  /** `folder` is made where it is not there. Several processes may share it. */
  constructor(private readonly folder: string) {
    super();
    this.staging = join(folder, 'staged');
  }

  async stage(bytes: Bytes): Promise<string> {
    const id = newId();
    const file = await guarded(() => this.make(id));
    try {
      await this.fill(file, bytes);
      await guarded(() => file.sync());
    } catch (error) {
      await file.close().catch(() => undefined);
      await this.discard(id).catch(() => undefined);
      throw error;
    }
    await guarded(() => file.close());
    return id;
  }

  async keep(staged: string, address: ContentAddress): Promise<void> {
    await guarded(async () => {
      const shelf = this.shelfOf(address);
      await mkdir(shelf, { recursive: true, mode: 0o700 });
      await rename(join(this.staging, staged), this.pathOf(address));
      await syncFolder(shelf);
    });
  }

  async discard(staged: string): Promise<void> {
    await guarded(() => rm(join(this.staging, staged), { force: true }));
  }

  async open(address: ContentAddress, range?: ByteRange): Promise<OpenContent | null> {
    return guarded(async () => {
      const file = await open(this.pathOf(address), 'r').catch(unlessAbsent);
      if (!file) return null;
      const { size } = await file.stat();
      const part = range && { start: range.first, end: range.last };
      // What is open can be read to its end, also where it is removed meanwhile.
      return { size, bytes: file.createReadStream({ ...part, autoClose: true }) };
    });
  }

  async size(address: ContentAddress): Promise<number | null> {
    return guarded(async () => (await stat(this.pathOf(address)).catch(unlessAbsent))?.size ?? null);
  }

  async drop(address: ContentAddress): Promise<void> {
    await guarded(() => unlink(this.pathOf(address)).catch(unlessAbsent));
  }

  async list({ limit, cursor }: PageRequest): Promise<Page<ListedContent>> {
    const [after] = cursor ? decodeCursor(cursor, ['string']) : [''];
    return guarded(async () => {
      const found: ListedContent[] = [];
      for (const shelf of await this.names(this.folder)) {
        if (!/^[0-9a-f]{2}$/.test(shelf) || shelf < after.slice(0, 2)) continue;
        for (const name of await this.names(join(this.folder, shelf))) {
          const address = name > after ? addressOf(name) : undefined;
          const there = address && (await stat(this.pathOf(address)).catch(unlessAbsent));
          if (there) found.push({ ...address, size: there.size });
          if (found.length > limit) return toPage(found, limit, (last) => [nameOf(last)]);
        }
      }
      return toPage(found, limit, (last) => [nameOf(last)]);
    });
  }

  async clearStaged(olderThanMs: number): Promise<number> {
    return guarded(async () => {
      let cleared = 0;
      for (const id of (await this.names(this.staging)).filter(isId)) {
        const there = await stat(join(this.staging, id)).catch(unlessAbsent);
        if (!there || Date.now() - there.mtimeMs < olderThanMs) continue;
        await this.discard(id);
        cleared++;
      }
      return cleared;
    });
  }

  async ping(): Promise<void> {
    await guarded(async () => {
      await mkdir(this.staging, { recursive: true, mode: 0o700 });
      await this.requireSpace();
    });
  }

  async close(): Promise<void> {}

  private async make(id: string): Promise<FileHandle> {
    await mkdir(this.staging, { recursive: true, mode: 0o700 });
    await this.requireSpace();
    return open(join(this.staging, id), 'wx', 0o600);
  }

  private async fill(file: FileHandle, bytes: Bytes): Promise<void> {
    let unlooked = 0;
    for await (const chunk of bytes) {
      await guarded(async () => {
        if ((unlooked += chunk.length) >= LOOK_EVERY_BYTES) {
          unlooked = 0;
          await this.requireSpace();
        }
        await file.appendFile(chunk);
      });
    }
  }

  private async requireSpace(): Promise<void> {
    const { bavail, bsize } = await statfs(this.staging);
    if (bavail * bsize < RESERVE_BYTES) throw new Error(`only ${bavail * bsize} bytes are free`);
  }

  private async names(folder: string): Promise<string[]> {
    return ((await readdir(folder).catch(unlessAbsent)) ?? []).sort();
  }

  private shelfOf({ sha256 }: ContentAddress): string {
    return join(this.folder, sha256.slice(0, 2));
  }

  private pathOf(address: ContentAddress): string {
    return join(this.shelfOf(address), nameOf(address));
  }
}

/** So that the new name itself outlives a power cut. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function unlessAbsent(error: unknown): undefined {
  if (!isAbsent(error)) throw error;
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw dependencyDown('file store', error);
  }
}
