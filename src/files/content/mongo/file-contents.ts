import { Readable } from 'node:stream';
import mongoose from 'mongoose';
import { dependencyDown } from '../../../../libs/errors/index.js';
import { newId } from '../../../../libs/ids/index.js';
import { isDuplicate, type MongoCollection, type MongoDatabase } from '../../../../libs/mongo/index.js';
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
import { BytesDocument, bytesSchema, CHUNK_BYTES, ChunkDocument, chunkSchema } from './byte-documents.js';
import { chunked } from './chunked.js';

const { Binary } = mongoose.mongo;

/** Chunks that are fetched in one call. */
const AT_A_TIME = 4;
/** Behind all names of addresses, which begin with a digit of a hash. */
const NO_ADDRESS = 'g';

/**
 * In GridFS's layout, written chunk by chunk so that a write lasts through an election. Its document comes first and lies
 * aside until all chunks are there; on its way out it lies aside again until they are gone. Who dies in between leaves a
 * document that tells of its chunks.
 */
export class MongoFileContents extends FileContents {
  private readonly files: MongoCollection<BytesDocument>;
  private readonly chunks: MongoCollection<ChunkDocument>;

  constructor(private readonly database: MongoDatabase) {
    super();
    // Indexes are made with the first bytes: whoever only looks makes nothing.
    this.files = database.collection<BytesDocument>('file_bytes.files', bytesSchema, { lazy: true });
    this.chunks = database.collection<ChunkDocument>('file_bytes.chunks', chunkSchema, { lazy: true });
  }

  async stage(bytes: Bytes): Promise<string> {
    const id = newId();
    const aside = {
      filename: `staged/${id}`,
      length: 0,
      chunkSize: CHUNK_BYTES,
      uploadDate: '$$NOW',
      asideAt: '$$NOW',
    };
    await this.files.runIndexed((files) => files.updateOne({ _id: id }, [{ $set: aside }], { upsert: true }));
    try {
      const length = await this.fill(id, bytes);
      await this.files.run((files) => files.updateOne({ _id: id }, { $set: { length } }));
    } catch (error) {
      await this.discard(id).catch(() => undefined);
      throw error;
    }
    return id;
  }

  async keep(staged: string, address: ContentAddress): Promise<void> {
    const filename = nameOf(address);
    const kept = await this.files.runIndexed(async (files) => {
      const named = { $set: { filename, asideAt: null } };
      const outcome = await files.updateOne({ _id: staged }, named).catch((error: unknown) => {
        // The same bytes are there already.
        if (isDuplicate(error, 'filename')) return undefined;
        throw error;
      });
      return outcome?.matchedCount;
    });
    if (kept === 0) throw dependencyDown('file store', new Error('nothing lies aside under this name'));
    if (kept === undefined) await this.discard(staged);
  }

  async discard(staged: string): Promise<void> {
    const doc = await this.files.run((files) => files.findOne({ _id: staged }));
    // What was kept meanwhile stays.
    if (doc && doc.asideAt !== null) await this.removeChunks(staged);
  }

  async open(address: ContentAddress, range?: ByteRange): Promise<OpenContent | null> {
    const doc = await this.find(address);
    if (!doc) return null;
    const part = range ?? { first: 0, last: doc.length - 1 };
    return { size: doc.length, bytes: Readable.from(this.read(doc, part), { objectMode: false }) };
  }

  async size(address: ContentAddress): Promise<number | null> {
    return (await this.find(address))?.length ?? null;
  }

  async drop(address: ContentAddress): Promise<void> {
    const doc = await this.find(address);
    if (!doc) return;
    const going = [{ $set: { filename: `going/${doc._id}`, asideAt: '$$NOW' } }];
    await this.files.run((files) => files.updateOne({ _id: doc._id }, going));
    await this.removeChunks(doc._id);
  }

  async list({ limit, cursor }: PageRequest): Promise<Page<ListedContent>> {
    const [after] = cursor ? decodeCursor(cursor, ['string']) : [''];
    const docs = await this.files.run((files) =>
      files
        .find({ filename: { $gt: after, $lt: NO_ADDRESS } })
        .sort({ filename: 1 })
        .limit(limit + 1)
        .toArray(),
    );
    const listed = docs.map(({ filename, length }) => ({ ...addressOf(filename)!, size: length }));
    return toPage(listed, limit, (last) => [nameOf(last)]);
  }

  async clearStaged(olderThanMs: number): Promise<number> {
    const isOld = { $gte: [{ $subtract: ['$$NOW', '$asideAt'] }, olderThanMs] };
    const docs = await this.files.run((files) =>
      files
        .find({ asideAt: { $gt: new Date(0) }, $expr: isOld }, { projection: { _id: 1 } })
        .sort({ asideAt: 1 })
        .limit(100)
        .toArray(),
    );
    for (const { _id } of docs) await this.removeChunks(_id);
    return docs.length;
  }

  ping(): Promise<void> {
    return this.database.ping();
  }

  /** The database is closed by who opened it. */
  async close(): Promise<void> {}

  private find(address: ContentAddress): Promise<BytesDocument | null> {
    return this.files.run((files) => files.findOne({ filename: nameOf(address) }));
  }

  /** Gives back how many bytes they were. */
  private async fill(id: string, bytes: Bytes): Promise<number> {
    let [n, length] = [0, 0];
    for await (const data of chunked(bytes, CHUNK_BYTES)) {
      const chunk = { _id: `${id}/${n}`, files_id: id, n, data: new Binary(data) };
      await this.chunks.runIndexed((chunks) => chunks.insertOne(chunk).catch(unlessDuplicate));
      n++;
      length += data.length;
    }
    return length;
  }

  /** Chunks first: what tells of them goes last. */
  private async removeChunks(id: string): Promise<void> {
    await this.chunks.run((chunks) => chunks.deleteMany({ files_id: id }));
    await this.files.run((files) => files.deleteOne({ _id: id, asideAt: { $ne: null } }));
  }

  private async *read({ _id, chunkSize }: BytesDocument, { first, last }: ByteRange): AsyncGenerator<Buffer> {
    const end = Math.floor(last / chunkSize);
    for (let n = Math.floor(first / chunkSize); n <= end && first <= last;) {
      const wanted = { files_id: _id, n: { $gte: n, $lte: Math.min(end, n + AT_A_TIME - 1) } };
      const docs = await this.chunks.run((chunks) => chunks.find(wanted).sort({ n: 1 }).toArray());
      if (docs.length === 0) throw new Error('it was removed while it was read');
      for (const doc of docs) {
        if (doc.n !== n) throw new Error('it was removed while it was read');
        const data = bytesOf(doc);
        const from = n * chunkSize;
        yield data.subarray(Math.max(0, first - from), Math.min(data.length, last + 1 - from));
        n++;
      }
    }
  }
}

function bytesOf({ data }: ChunkDocument): Buffer {
  const { buffer, position } = data;
  return Buffer.from(buffer.buffer, buffer.byteOffset, position);
}

function unlessDuplicate(error: unknown): void {
  if (!isDuplicate(error)) throw error;
}
