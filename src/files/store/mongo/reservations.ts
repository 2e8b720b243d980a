import type { mongo } from 'mongoose';
import { isDuplicate, RetryableError } from '../../../../libs/mongo/index.js';
import type { StoredFile } from '../file.js';
import { RESERVATION_LIFE_MS, Reservations, type UploadLimits } from '../reservations.js';
import { type FileCollections, fileToDoc, type QuotaDocument } from './file-collections.js';

type ReadQuota = QuotaDocument & { now: Date };

/** A condition on `$$one` of the reservations. */
const LIVES = { $gt: ['$$one.touchedAt', { $subtract: ['$$NOW', RESERVATION_LIFE_MS] }] };
const LIVING = { $filter: { input: { $ifNull: ['$reservations', []] }, as: 'one', cond: LIVES } };

export class MongoReservations extends Reservations {
  constructor(private readonly collections: FileCollections) {
    super();
  }

  /** One write over the person's document decides. */
  async reserve(
    userId: string,
    id: string,
    bytes: number,
    { quota, atOnce }: UploadLimits,
  ): Promise<'reserved' | 'quota' | 'at_once'> {
    const all = { $add: ['$used', { $sum: '$reservations.bytes' }, bytes] };
    const fits = { $and: [{ $lte: [all, quota] }, { $lt: [{ $size: '$reservations' }, atOnce] }] };
    const isThere = { $in: [{ $literal: id }, '$reservations.id'] };
    const added = { $concatArrays: ['$reservations', [{ id: { $literal: id }, bytes, touchedAt: '$$NOW' }]] };
    const update = [
      { $set: { used: { $ifNull: ['$used', 0] }, reservations: LIVING } },
      { $set: { reservations: { $cond: [{ $and: [{ $not: [isThere] }, fits] }, added, '$reservations'] } } },
    ];
    const doc = await this.collections.quotas.run((quotas) =>
      quotas.findOneAndUpdate({ _id: userId }, update, { upsert: true, returnDocument: 'after' }).catch(again),
    );
    if (doc!.reservations.some((one) => one.id === id)) return 'reserved';
    return doc!.reservations.length >= atOnce ? 'at_once' : 'quota';
  }

  async renew(userId: string, id: string): Promise<void> {
    const isOwn = { $eq: ['$$one.id', { $literal: id }] };
    const renewed = { $mergeObjects: ['$$one', { touchedAt: { $cond: [isOwn, '$$NOW', '$$one.touchedAt'] } }] };
    const update = [
      { $set: { reservations: LIVING } },
      { $set: { reservations: { $map: { input: '$reservations', as: 'one', in: renewed } } } },
    ];
    await this.collections.quotas.run((quotas) => quotas.updateOne({ _id: userId }, update));
  }

  async release(userId: string, id: string): Promise<void> {
    await this.collections.quotas.run((quotas) =>
      quotas.updateOne({ _id: userId }, { $pull: { reservations: { id } } as mongo.PullOperator<QuotaDocument> }),
    );
  }

  async insert(file: StoredFile, quota: number): Promise<'inserted' | 'quota' | 'no_content'> {
    const { files, contents, quotas } = this.collections;
    return this.collections.ofUser(file.userId, async (db, session) => {
      if (await files.of(db).findOne({ _id: file.id }, { session, projection: { _id: 1 } })) return 'inserted';
      const content = { _id: file.contentId, deleting: false };
      if (!(await contents.of(db).findOne(content, { session, projection: { _id: 1 } }))) return 'no_content';
      const read = { session, projection: { used: 1, reservations: 1, now: '$$NOW' } };
      const stands = await quotas.of(db).findOne<ReadQuota>({ _id: file.userId }, read);
      const after = settled(file, stands, quota);
      if (!after) return 'quota';
      // With this its content can't go out any more, see ContentRecords.beginRemoval.
      const kept = await contents.of(db).updateOne(content, { $set: { dueAt: null } }, { session });
      if (kept.matchedCount === 0) return 'no_content';
      await quotas.of(db).updateOne({ _id: file.userId }, { $set: after }, { session, upsert: true });
      await files.of(db).insertOne(fileToDoc(file), { session });
      return 'inserted';
    });
  }

  async usedBytes(userId: string): Promise<number> {
    return (await this.collections.quotas.run((quotas) => quotas.findOne({ _id: userId })))?.used ?? 0;
  }

  async forget(userId: string): Promise<void> {
    await this.collections.quotas.run((quotas) => quotas.deleteOne({ _id: userId }));
  }
}

/** How its user stands with the file and without what was reserved for it; undefined: it does not fit. */
function settled(
  { id, size }: StoredFile,
  stands: ReadQuota | null,
  quota: number,
): Pick<QuotaDocument, 'used' | 'reservations'> | undefined {
  const { used, reservations, now } = stands ?? { used: 0, reservations: [], now: new Date() };
  const living = reservations.filter(({ touchedAt }) => touchedAt.getTime() > now.getTime() - RESERVATION_LIFE_MS);
  const own = living.find((one) => one.id === id);
  const others = living.filter((one) => one.id !== id);
  const fitsAnew = used + others.reduce((sum, { bytes }) => sum + bytes, 0) + size <= quota;
  return fitsAnew || (own && size <= own.bytes) ? { used: used + size, reservations: others } : undefined;
}

function again(error: unknown): never {
  throw isDuplicate(error) ? new RetryableError('made by another at the same time') : error;
}
