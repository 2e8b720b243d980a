import { randomUUID } from 'node:crypto';
import type { mongo } from 'mongoose';
import { isDuplicate, RetryableError } from '../../../../libs/mongo/index.js';
import { decodeCursor, type Page, type PageRequest, toPage } from '../../../../libs/paging/index.js';
import { CONTENT_REST_MS, ContentRecords } from '../content-records.js';
import type { ContentRead, ContentRecord } from '../file.js';
import { type ContentDocument, docToContent, type FileCollections, fromNow } from './file-collections.js';

const AFTER = { returnDocument: 'after' } as const;

export class MongoContentRecords extends ContentRecords {
  constructor(private readonly collections: FileCollections) {
    super();
  }

  async open(sha256: string, newId: string): Promise<ContentRecord> {
    const due = { dueAt: fromNow(CONTENT_REST_MS) };
    const made = { sha256: { $literal: sha256 }, deleting: false, read: null, ...due };
    const doc = await this.collections.contents.runIndexed(async (contents) => {
      const standing = await contents.findOneAndUpdate({ sha256, deleting: false }, [{ $set: due }], AFTER);
      if (standing) return standing;
      return contents.findOneAndUpdate({ _id: newId }, [{ $set: made }], { ...AFTER, upsert: true }).catch(again);
    });
    return docToContent(doc!);
  }

  async get(id: string): Promise<ContentRecord | null> {
    const doc = await this.run((contents) => contents.findOne({ _id: id }));
    return doc && docToContent(doc);
  }

  async noteRead(id: string, read: ContentRead): Promise<void> {
    await this.run((contents) => contents.updateOne({ _id: id }, { $set: { read } }));
  }

  async due(limit: number): Promise<ContentRecord[]> {
    const isDue = { dueAt: { $gt: new Date(0) }, deleting: false, $expr: { $lte: ['$dueAt', '$$NOW'] } };
    const docs = await this.run((contents) => contents.find(isDue).sort({ dueAt: 1 }).limit(limit).toArray());
    return docs.map(docToContent);
  }

  /** A file that comes meanwhile takes `dueAt` away, in the same step in which it comes; so one of both has it. */
  async beginRemoval(id: string, dueAt: number): Promise<boolean> {
    const rests = { _id: 'contents', $expr: { $gt: ['$until', '$$NOW'] } } as const;
    if (await this.collections.rests.run((all) => all.findOne(rests))) return false;
    const callId = randomUUID();
    const asRead = { _id: id, deleting: false, dueAt: new Date(dueAt) };
    const has = await this.collections.files.run((files) =>
      files.findOne({ contentId: id }, { projection: { _id: 1 } }),
    );
    return this.run(async (contents) => {
      if (has) {
        await contents.updateOne(asRead, { $set: { dueAt: null } });
        return false;
      }
      const begun = await contents.updateOne(asRead, { $set: { deleting: true, dueAt: null, callId } });
      return begun.matchedCount === 1 || (await contents.findOne({ _id: id, callId })) !== null;
    });
  }

  async leaving(limit: number): Promise<ContentRecord[]> {
    const docs = await this.run((contents) =>
      contents.find({ deleting: true }).sort({ _id: 1 }).limit(limit).toArray(),
    );
    return docs.map(docToContent);
  }

  async endRemoval(id: string): Promise<void> {
    await this.run((contents) => contents.deleteOne({ _id: id, deleting: true }));
  }

  async rest(ms: number): Promise<void> {
    if (ms === 0) return void (await this.collections.rests.run((all) => all.deleteOne({ _id: 'contents' })));
    const until = [{ $set: { until: fromNow(ms) } }];
    await this.collections.rests.run((all) => all.updateOne({ _id: 'contents' }, until, { upsert: true }));
  }

  async all({ limit, cursor }: PageRequest): Promise<Page<ContentRecord>> {
    const [after] = cursor ? decodeCursor(cursor, ['string']) : [''];
    const find = (contents: mongo.Collection<ContentDocument>) =>
      contents
        .find({ _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(limit + 1);
    const docs = await this.run((contents) => find(contents).toArray());
    return toPage(docs.map(docToContent), limit, ({ id }) => [id]);
  }

  private run<R>(work: (contents: mongo.Collection<ContentDocument>) => Promise<R>): Promise<R> {
    return this.collections.contents.run(work);
  }
}

function again(error: unknown): never {
  throw isDuplicate(error, 'sha256') || isDuplicate(error)
    ? new RetryableError('opened by another at the same time')
    : error;
}
