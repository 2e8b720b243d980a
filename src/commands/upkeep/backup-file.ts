import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip, type Gzip } from 'node:zlib';
import mongoose from 'mongoose';
import { Failure } from '../failure.js';

const { EJSON } = mongoose.mongo.BSON;

/** What a backup has documents of. `messages` is one, whether they lie in months or not. */
export const KINDS = [
  ...(['accounts', 'migrated', 'migrations', 'conversations', 'messages'] as const),
  ...(['file_contents', 'files', 'api_keys', 'users'] as const),
] as const;
export type Kind = (typeof KINDS)[number];
export type Doc = mongoose.mongo.Document & { _id: string };

export interface Header {
  parley: 'backup' | 'archive';
  format: 1;
  createdAt: string;
}

interface Footer {
  end: true;
  counts: Record<Kind, number>;
  /** Of all lines before, as they are unpacked. */
  sha256: string;
}

export const noCounts = (): Record<Kind, number> =>
  Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>;

/** Types and all: what is read again is what was written. */
export const toText = (doc: Doc): string => EJSON.stringify(doc, { relaxed: false });

/**
 * A file of documents: gzip over lines of JSON (MongoDB's extended one), the last of which counts and seals the others. It
 * has its name only when it is whole and on the disk; until then it is called `.partial`. Never writes over a file.
 */
export class BackupWriter {
  readonly counts = noCounts();
  private readonly digest = createHash('sha256');

  private constructor(
    private readonly path: string,
    private readonly gzip: Gzip,
    private readonly written: Promise<unknown>,
  ) {}

  static async create(path: string, parley: Header['parley']): Promise<BackupWriter> {
    // What people wrote is in it: for its owner alone.
    const file = createWriteStream(`${path}.partial`, { flags: 'wx', mode: 0o600 });
    await once(file, 'open').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw new Failure(`${path}.partial is there already: remove it, or wait for it.`);
      if (error.code === 'ENOENT') throw new Failure(`There is no folder ${dirname(path)}: make it first.`);
      throw error;
    });
    const gzip = createGzip();
    const written = pipeline(gzip, file);
    // A full disk is told to who writes next, or closes.
    written.catch(() => undefined);
    const writer = new BackupWriter(path, gzip, written);
    await writer.line({ parley, format: 1, createdAt: new Date().toISOString() } satisfies Header);
    return writer;
  }

  async write(kind: Kind, docs: Doc[]): Promise<void> {
    for (const doc of docs) {
      this.counts[kind]++;
      await this.raw(`{"k":"${kind}","d":${toText(doc)}}\n`);
    }
  }

  /** Seals it and gives it its name. Rejects where there is such a file. */
  async finish(): Promise<void> {
    await this.line({ end: true, counts: this.counts, sha256: this.digest.copy().digest('hex') } satisfies Footer);
    this.gzip.end();
    await this.written;
    const handle = await open(`${this.path}.partial`, 'r+');
    await handle.sync().finally(() => handle.close());
    await link(`${this.path}.partial`, this.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw new Failure(`${this.path} is there already.`);
      throw error;
    });
    await rm(`${this.path}.partial`);
  }

  async abandon(): Promise<void> {
    this.gzip.destroy();
    await this.written.catch(() => undefined);
    await rm(`${this.path}.partial`, { force: true });
  }

  private line(value: object): Promise<void> {
    return this.raw(`${JSON.stringify(value)}\n`);
  }

  private async raw(text: string): Promise<void> {
    this.digest.update(text);
    if (this.gzip.write(text)) return;
    await Promise.race([once(this.gzip, 'drain'), this.written]);
  }
}

const CUT = 'was cut off: copy it once more from where it was made, or take another backup.';

/** Gives each document to `each`, one after the other. Rejects where the file is not a whole backup. */
export async function readBackup(
  path: string,
  each: (kind: Kind, doc: Doc) => Promise<void> | void,
): Promise<{ header: Header; counts: Record<Kind, number> }> {
  const digest = createHash('sha256');
  const counts = noCounts();
  let header: Header | undefined;
  let footer: Footer | undefined;
  const file = createReadStream(path);
  const text = file.pipe(createGunzip());
  // pipe does not pass errors on.
  file.on('error', (error) => text.destroy(error));
  try {
    for await (const line of createInterface({ input: text, crlfDelay: Infinity })) {
      if (footer) throw new Failure(`${path} goes on after its end.`);
      const value = EJSON.parse(line, { relaxed: true }) as { k?: Kind; d?: Doc } & Partial<Header & Footer>;
      if (value.end) {
        footer = value as Footer;
        continue;
      }
      digest.update(`${line}\n`);
      if (!header) header = asHeader(value, path);
      else if (value.k && value.d) {
        counts[value.k]++;
        await each(value.k, value.d);
      }
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new Failure(`There is no file ${path}.`);
    if (code === 'EISDIR') throw new Failure(`${path} is a folder: name the file in it.`);
    // What is cut off ends in the middle of what was packed.
    if (code === 'Z_BUF_ERROR') throw new Failure(`${path} ${CUT}`);
    if (error instanceof SyntaxError || code?.startsWith('Z_')) {
      throw new Failure(`${path} is damaged, or no backup: copy it once more from where it was made, or take another.`);
    }
    throw error;
  } finally {
    file.destroy();
  }
  if (!header || !footer) throw new Failure(`${path} ${CUT}`);
  if (footer.sha256 !== digest.digest('hex')) throw new Failure(`${path} is damaged: its digest is another one.`);
  return { header, counts };
}

function asHeader(value: object, path: string): Header {
  const { parley, format } = value as Partial<Header>;
  if (parley === undefined) throw new Failure(`${path} is no backup of this product.`);
  if (format !== 1) throw new Failure(`${path} comes from a newer version. Update first.`);
  return value as Header;
}
