import { randomUUID } from 'node:crypto';
import type { mongo } from 'mongoose';
import { decodeCursor, type Page, type PageRequest, toPage } from '../../../../libs/paging/index.js';
import { CONTENT_REST_MS } from '../content-records.js';
import type { StoredFile } from '../file.js';
import { FileRows, type Hold, HOLDER_CHECK_MS } from '../file-rows.js';
import { docToFile, type FileCollections, type FileDocument, fromNow, SET_UNHELD } from './file-collections.js';

type Filter = mongo.Filter<FileDocument>;
const AFTER = { returnDocument: 'after' } as const;

export class MongoFileRows extends FileRows {
  constructor(private readonly collections: FileCollections) {
    super();
  }

  async get(userId: string, id: string): Promise<StoredFile | null> {
    const doc = await this.run((files) => files.findOne({ _id: id }));
    return doc?.userId === userId && !doc.deleting ? docToFile(doc) : null;
  }

  async list(userId: string, { limit, cursor }: PageRequest): Promise<Page<StoredFile>> {
    const [before] = cursor ? decodeCursor(cursor, ['string']) : [undefined];
    const filter: Filter = { userId, ...(before !== undefined && { _id: { $lt: before } }), deleting: false };
    const find = (files: mongo.Collection<FileDocument>) =>
      files
        .find(filter)
        .sort({ _id: -1 })
        .limit(limit + 1);
    return toPage((await this.run((files) => find(files).toArray())).map(docToFile), limit, ({ id }) => [id]);
  }

  async hold(userId: string, id: string, holder: string): Promise<Hold> {
    const isHeld = { $in: [{ $literal: holder }, '$holders'] };
    const update = [
      { $set: { checkAt: { $cond: [isHeld, '$checkAt', fromNow(HOLDER_CHECK_MS)] } } },
      { $set: { holders: { $cond: [isHeld, '$holders', { $concatArrays: ['$holders', [{ $literal: holder }]] }] } } },
      SET_UNHELD,
    ];
    return this.run(async (files): Promise<Hold> => {
      const filter: Filter = { _id: id, userId, deleting: false, state: 'ready' };
      const held = await files.findOneAndUpdate(filter, update, AFTER);
      if (held) return { file: docToFile(held) };
      const stands = await files.findOne({ _id: id });
      if (!stands || stands.userId !== userId || stands.deleting || stands.state === 'ready')
        return { refused: 'absent' };
      return { refused: stands.state };
    });
  }

  async dropHolders(holders: string[], last: 'delete' | 'keep'): Promise<void> {
    const isNone = { $eq: ['$holders', []] };
    const isOther = { $not: [{ $in: ['$$holder', { $literal: holders }] }] };
    const update = [
      { $set: { holders: { $filter: { input: '$holders', as: 'holder', cond: isOther } } } },
      { $set: { checkAt: { $cond: [isNone, null, '$checkAt'] } } },
      ...(last === 'delete' ? [{ $set: { deleting: { $or: ['$deleting', isNone] } } }] : []),
      SET_UNHELD,
    ];
    await this.run((files) => files.updateMany({ holders: { $in: holders } }, update));
  }

  async dropHoldersUnder(prefix: string): Promise<void> {
    const begins = new RegExp(`^${prefix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
    const docs = await this.run((files) => files.find({ holders: begins }, { projection: { holders: 1 } }).toArray());
    const holders = docs.flatMap((doc) => doc.holders).filter((holder) => holder.startsWith(prefix));
    if (holders.length > 0) await this.dropHolders(holders, 'delete');
  }

  async unchecked(limit: number): Promise<StoredFile[]> {
    const filter: Filter = { checkAt: { $gt: new Date(0) }, $expr: { $lte: ['$checkAt', '$$NOW'] } };
    const docs = await this.run((files) => files.find(filter).sort({ checkAt: 1 }).limit(limit).toArray());
    return docs.map(docToFile);
  }

  async noteChecked(id: string, checkAt: number): Promise<void> {
    await this.run((files) => files.updateOne({ _id: id, checkAt: new Date(checkAt) }, { $set: { checkAt: null } }));
  }

  async markDeleting(userId: string, id: string): Promise<'marked' | 'held' | 'absent'> {
    const callId = randomUUID();
    const mark = { $set: { deleting: true, unheld: false, checkAt: null, callId } };
    return this.run(async (files) => {
      const marked = await files.updateOne({ _id: id, userId, deleting: false, holders: [] }, mark);
      if (marked.matchedCount === 1) return 'marked';
      const stands = await files.findOne({ _id: id });
      if (!stands || stands.userId !== userId) return 'absent';
      if (stands.deleting) return stands.callId === callId ? 'marked' : 'absent';
      return 'held';
    });
  }

  async markUnheld(olderThanMs: number, limit: number): Promise<number> {
    const isOld = { $gte: [{ $subtract: ['$$NOW', '$createdAt'] }, olderThanMs] };
    return this.run(async (files) => {
      const filter: Filter = { unheld: true, $expr: isOld };
      const found = await files
        .find(filter, { projection: { _id: 1 } })
        .sort({ createdAt: 1 })
        .limit(limit)
        .toArray();
      if (found.length === 0) return 0;
      const ids = found.map(({ _id }) => _id);
      const mark = { $set: { deleting: true, unheld: false } };
      return (await files.updateMany({ _id: { $in: ids }, unheld: true }, mark)).modifiedCount;
    });
  }

  async markAllOf(userId: string): Promise<void> {
    const mark = { $set: { deleting: true, unheld: false, checkAt: null } };
    await this.run((files) => files.updateMany({ userId, deleting: false }, mark));
  }

  async deleting(limit: number, userId?: string): Promise<StoredFile[]> {
    const filter: Filter = { deleting: true, ...(userId !== undefined && { userId }) };
    return (await this.run((files) => files.find(filter).limit(limit).toArray())).map(docToFile);
  }

  async remove(id: string): Promise<void> {
    const { files, quotas, contents } = this.collections;
    const found = await this.run((all) => all.findOne({ _id: id, deleting: true }, { projection: { userId: 1 } }));
    if (!found) return;
    await this.collections.ofUser(found.userId, async (db, session) => {
      const doc = await files.of(db).findOneAndDelete({ _id: id, deleting: true }, { session });
      if (!doc) return;
      await quotas.of(db).updateOne({ _id: doc.userId }, { $inc: { used: -doc.size } }, { session });
      const due = [{ $set: { dueAt: fromNow(CONTENT_REST_MS) } }];
      await contents.of(db).updateOne({ _id: doc.contentId, deleting: false }, due, { session });
    });
  }

  async all({ limit, cursor }: PageRequest): Promise<Page<StoredFile>> {
    const [after] = cursor ? decodeCursor(cursor, ['string']) : [''];
    const find = (files: mongo.Collection<FileDocument>) =>
      files
        .find({ _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(limit + 1);
    return toPage((await this.run((files) => find(files).toArray())).map(docToFile), limit, ({ id }) => [id]);
  }

  private run<R>(work: (files: mongo.Collection<FileDocument>) => Promise<R>): Promise<R> {
    return this.collections.files.run(work);
  }
}
