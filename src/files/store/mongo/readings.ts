import type { mongo } from 'mongoose';
import { type ContentRead, type FileFailure, readFields, type StoredFile } from '../file.js';
import { type ReadingClaim, Readings } from '../readings.js';
import { docToFile, type FileCollections, type FileDocument } from './file-collections.js';

type Filter = mongo.Filter<FileDocument>;
const AFTER = { returnDocument: 'after' } as const;

/** Never negative, though the clock may be set back. */
const SILENT_MS = { $max: [0, { $subtract: ['$$NOW', '$touchedAt'] }] };
const isFree = (staleMs: number) => ({ $or: [{ $eq: ['$reader', null] }, { $gte: [SILENT_MS, staleMs] }] });

export class MongoReadings extends Readings {
  constructor(private readonly collections: FileCollections) {
    super();
  }

  async claim(id: string, reader: string, staleMs: number): Promise<ReadingClaim> {
    const filter: Filter = { _id: id, ...PROCESSING, reader: { $ne: reader }, $expr: isFree(staleMs) };
    const update = [
      { $set: { kills: { $add: ['$kills', { $cond: [{ $eq: ['$reader', null] }, 0, 1] }] } } },
      { $set: { reader: { $literal: reader }, touchedAt: '$$NOW' } },
    ];
    return this.run(async (files): Promise<ReadingClaim> => {
      const claimed = await files.findOneAndUpdate(filter, update, AFTER);
      if (claimed) return { claimed: docToFile(claimed) };
      const stands = await files.findOne({ _id: id, ...PROCESSING });
      if (!stands) return { refused: 'ended' };
      return stands.reader === reader ? { claimed: docToFile(stands) } : { refused: 'busy' };
    });
  }

  async touch(id: string, reader: string): Promise<boolean> {
    const touched = [{ $set: { touchedAt: '$$NOW' } }];
    return (await this.run((files) => files.updateOne({ _id: id, ...PROCESSING, reader }, touched))).matchedCount === 1;
  }

  async letGo(id: string, reader: string, killed: boolean): Promise<void> {
    const update = [{ $set: { reader: null, touchedAt: '$$NOW', kills: { $add: ['$kills', killed ? 1 : 0] } } }];
    await this.run((files) => files.updateOne({ _id: id, ...PROCESSING, reader }, update));
  }

  /** With what its user has used. */
  async end(id: string, reader: string, read: ContentRead): Promise<StoredFile | null> {
    const { files, quotas } = this.collections;
    const found = await this.run((all) => all.findOne({ _id: id, reader }, { projection: { userId: 1 } }));
    if (!found) return null;
    return this.collections.ofUser(found.userId, async (db, session) => {
      const doc = await files.of(db).findOne({ _id: id, reader, deleting: false }, { session });
      if (!doc || doc.state === 'failed') return null;
      if (doc.state === 'ready') return docToFile(doc);
      const change = { ...readFields(read), state: 'ready' as const };
      await files.of(db).updateOne({ _id: id }, { $set: change }, { session });
      const grown = read.size - doc.size;
      if (grown !== 0) await quotas.of(db).updateOne({ _id: doc.userId }, { $inc: { used: grown } }, { session });
      return docToFile({ ...doc, ...change });
    });
  }

  async fail(id: string, reader: string, error: FileFailure): Promise<StoredFile | null> {
    const doc = await this.run(async (files) => {
      const change = { $set: { state: 'failed' as const, error } };
      const failed = await files.findOneAndUpdate({ _id: id, ...PROCESSING, reader }, change, AFTER);
      return failed ?? files.findOne({ _id: id, reader, state: 'failed', deleting: false });
    });
    return doc && docToFile(doc);
  }

  async unread(staleMs: number, limit: number): Promise<StoredFile[]> {
    const filter: Filter = { ...PROCESSING, $expr: isFree(staleMs) };
    return (await this.run((files) => files.find(filter).sort({ _id: 1 }).limit(limit).toArray())).map(docToFile);
  }

  async waiting(): Promise<number> {
    return this.run((files) => files.countDocuments(PROCESSING));
  }

  private run<R>(work: (files: mongo.Collection<FileDocument>) => Promise<R>): Promise<R> {
    return this.collections.files.run(work);
  }
}

const PROCESSING = { state: 'processing', deleting: false } as const;
