import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { newId } from '../../../../libs/ids/index.js';
import { type S3Bucket, unlessAbsent, unlessUnknown } from '../../../../libs/s3/index.js';
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

const KEPT = 'files/';
const STAGED = 'staged/';
/** What is sent in one part, and so what one upload holds in memory: the least that S3 takes. */
const PART_BYTES = 5 * 1024 * 1024;

const keyOf = (address: ContentAddress) => KEPT + nameOf(address);
const stagedKey = (staged: string) => STAGED + staged;

/** An object for each form. What lies aside is an object of its own, which S3 copies in one step. */
export class S3FileContents extends FileContents {
  constructor(private readonly bucket: S3Bucket) {
    super();
  }

  /** An upload that ends too early is given up by S3 as a whole: no part of it is ever an object. */
  async stage(bytes: Bytes): Promise<string> {
    const id = newId();
    const given = new Watched(bytes);
    const params = { ...this.at(stagedKey(id)), Body: Readable.from(given, { objectMode: false }) };
    const inParts = { queueSize: 1, partSize: PART_BYTES, leavePartsOnError: false };
    const sent = this.bucket.run((client) => new Upload({ client, params, ...inParts }).done());
    await sent.catch((error: unknown) => {
      throw given.brokeOff ? given.reason : error;
    });
    return id;
  }

  async keep(staged: string, address: ContentAddress): Promise<void> {
    const CopySource = `${encodeURIComponent(this.bucket.name)}/${stagedKey(staged)}`;
    const command = new CopyObjectCommand({ ...this.at(keyOf(address)), CopySource });
    await this.bucket.run((client) => client.send(command));
    await this.discard(staged);
  }

  async discard(staged: string): Promise<void> {
    await this.delete(stagedKey(staged));
  }

  async open(address: ContentAddress, range?: ByteRange): Promise<OpenContent | null> {
    const Range = range && `bytes=${range.first}-${range.last}`;
    const command = new GetObjectCommand({ ...this.at(keyOf(address)), Range });
    const object = await this.bucket.run((client) => client.send(command).catch(unlessAbsent));
    if (!object) return null;
    const [, first, whole] = /^bytes (\d+)-\d+\/(\d+)$/.exec(object.ContentRange ?? '') ?? [];
    const size = Number(whole ?? object.ContentLength);
    const from = Number(first ?? 0);
    const part = range ? { first: range.first - from, last: range.last - from } : { first: 0, last: size - 1 };
    const body = object.Body as Readable;
    const bytes = Readable.from(partOf(body, part), { objectMode: false });
    // Of a generator that has not begun nothing is run when it is ended: whoever leaves before the first byte leaves the body.
    bytes.once('close', () => body.destroy());
    return { size, bytes };
  }

  async size(address: ContentAddress): Promise<number | null> {
    const command = new HeadObjectCommand(this.at(keyOf(address)));
    return (await this.bucket.run((client) => client.send(command).catch(unlessAbsent)))?.ContentLength ?? null;
  }

  async drop(address: ContentAddress): Promise<void> {
    await this.delete(keyOf(address));
  }

  async list({ limit, cursor }: PageRequest): Promise<Page<ListedContent>> {
    const [after] = cursor ? decodeCursor(cursor, ['string']) : [undefined];
    const StartAfter = after && KEPT + after;
    const command = new ListObjectsV2Command({ Bucket: this.bucket.name, Prefix: KEPT, StartAfter });
    const { Contents = [] } = await this.bucket.run((client) => client.send(command));
    const listed = Contents.flatMap(({ Key = '', Size = 0 }) => {
      const address = addressOf(Key.slice(KEPT.length));
      return address ? [{ ...address, size: Size }] : [];
    });
    return toPage(listed.slice(0, limit + 1), limit, (last) => [nameOf(last)]);
  }

  async clearStaged(olderThanMs: number): Promise<number> {
    const isOld = (at: Date | undefined) => at !== undefined && Date.now() - at.getTime() >= olderThanMs;
    const command = new ListObjectsV2Command({ Bucket: this.bucket.name, Prefix: STAGED });
    const { Contents = [] } = await this.bucket.run((client) => client.send(command));
    const old = Contents.filter(({ LastModified }) => isOld(LastModified));
    for (const { Key } of old) await this.delete(Key!);
    return old.length + (await this.abortUploads(isOld));
  }

  ping(): Promise<void> {
    return this.bucket.ping();
  }

  /** The bucket is closed by who opened it. */
  async close(): Promise<void> {}

  /** Parts of uploads whose process died. */
  private async abortUploads(isOld: (at: Date | undefined) => boolean): Promise<number> {
    const command = new ListMultipartUploadsCommand({ Bucket: this.bucket.name, Prefix: STAGED });
    const found = await this.bucket.run((client) => client.send(command).catch(unlessUnknown));
    const old = (found?.Uploads ?? []).filter(({ Initiated }) => isOld(Initiated));
    for (const { Key, UploadId } of old) {
      const abort = new AbortMultipartUploadCommand({ ...this.at(Key!), UploadId });
      await this.bucket.run((client) => client.send(abort));
    }
    return old.length;
  }

  private async delete(key: string): Promise<void> {
    await this.bucket.run((client) => client.send(new DeleteObjectCommand(this.at(key))));
  }

  private at(Key: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket.name, Key };
  }
}

/** What is asked for of what comes: some servers give more than that, which a range's answer may. */
async function* partOf(body: Readable, { first, last }: ByteRange): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    const part = chunk.subarray(Math.max(0, first - at), Math.max(0, last + 1 - at));
    at += chunk.length;
    if (part.length > 0) yield part;
    if (at > last) return;
  }
}

/** Bytes, and what they broke off with: whoever sends them on has words of its own for it. */
class Watched {
  brokeOff = false;
  reason: unknown;

  constructor(private readonly bytes: Bytes) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      yield* this.bytes;
    } catch (error) {
      this.brokeOff = true;
      this.reason = error;
      throw error;
    }
  }
}
