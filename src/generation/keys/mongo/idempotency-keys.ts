import { randomUUID } from 'node:crypto';
import type { mongo } from 'mongoose';
import {
  RetryableError,
  BulkWriteBatcher,
  UpdateBatcher,
  isDuplicate,
  type MongoCollection,
  type MongoDatabase,
  FindBatcher,
} from '../../../../libs/mongo/index.js';
import { IdempotencyKeys, KEY_LIFE_MS, type AskIds, type KeyRecord } from '../idempotency-keys.js';
import { KeyDocument, keySchema } from './key-documents.js';

type ReadKey = KeyDocument & { now: Date };
type Filter = mongo.Filter<KeyDocument>;

const READ = {
  projection: { userId: 1, fingerprint: 1, ids: 1, accepted: 1, claimedAt: 1, hand: 1, now: '$$NOW' },
} as const;

/** Never negative, though the clock may be set back. */
const AGE_MS = { $max: [0, { $subtract: ['$$NOW', '$claimedAt'] }] };
const LIVES = { $lt: [AGE_MS, KEY_LIFE_MS] };
/** Two servers' clocks differ by less: only to find by the index what the server's clock then decides. */
const CLOCKS_MS = 3_600_000;

const idOf = (userId: string, key: string): string => JSON.stringify([userId, key]);

/** The server drops a key some time after its end; until then each call sees by itself that it has ended. */
export class MongoIdempotencyKeys extends IdempotencyKeys {
  private readonly keys: MongoCollection<KeyDocument>;
  private readonly living = new FindBatcher<KeyDocument, ReadKey>({ ...READ, visible: { $expr: LIVES } });
  private readonly claims = new UpdateBatcher<KeyDocument, ReadKey>(READ);
  private readonly accepts = new BulkWriteBatcher<KeyDocument>();

  constructor(database: MongoDatabase) {
    super();
    this.keys = database.collection<KeyDocument>('idempotency_keys', keySchema);
  }

  async claim(userId: string, key: string, fingerprint: string, ids: AskIds): Promise<KeyRecord | null> {
    const _id = idOf(userId, key);
    const hand = randomUUID();
    const { conversationId, userMessageId, messageId } = ids;
    const claim = { userId, fingerprint, ids: { conversationId, userMessageId, messageId }, accepted: false, hand };
    const made = { $mergeObjects: [{ $literal: { _id, ...claim } }, { claimedAt: '$$NOW' }] };
    const stands = { $and: [{ $ne: [{ $type: '$claimedAt' }, 'missing'] }, LIVES] };
    const update = [{ $replaceWith: { $cond: [stands, '$$ROOT', made] } }];
    const doc = await this.keys.run(async (collection) => {
      const claimed = await this.claims
        .run({ collection, id: _id, filter: { _id }, update, upsert: true })
        .catch(again);
      // Freed in between by another, who had it before.
      if (!claimed.doc) throw new RetryableError('freed at the same time');
      return claimed.doc;
    });
    return doc.hand === hand ? null : toRecord(doc);
  }

  async get(userId: string, key: string): Promise<KeyRecord | null> {
    const doc = await this.keys.run((keys) => this.living.run(keys, idOf(userId, key)));
    return doc && toRecord(doc);
  }

  async takeOver(userId: string, key: string, minAgeMs: number): Promise<boolean> {
    const _id = idOf(userId, key);
    const hand = randomUUID();
    const isOld = { $and: [LIVES, { $gte: [AGE_MS, minAgeMs] }] };
    return this.keys.run(async (keys) => {
      const taken = await keys.updateOne({ _id, accepted: false, $expr: isOld }, [
        { $set: { claimedAt: '$$NOW', hand } },
      ]);
      return taken.matchedCount === 1 || (await keys.findOne({ _id, hand })) !== null;
    });
  }

  async accept(userId: string, key: string, messageId: string): Promise<void> {
    const filter: Filter = { _id: idOf(userId, key), 'ids.messageId': messageId };
    await this.keys.run((keys) =>
      this.accepts.run(keys, [{ filter, update: { $set: { accepted: true } } }], 'matched'),
    );
  }

  async free(userId: string, key: string, messageId: string, minAgeMs = 0): Promise<void> {
    const isOld = { $gte: [AGE_MS, minAgeMs] };
    const filter: Filter = { _id: idOf(userId, key), 'ids.messageId': messageId, accepted: false, $expr: isOld };
    await this.keys.run((keys) => keys.deleteOne(filter));
  }

  async unaccepted(olderThanMs: number, limit: number): Promise<KeyRecord[]> {
    if (limit < 1) return [];
    const filter: Filter = { accepted: false, $expr: { $and: [LIVES, { $gte: [AGE_MS, olderThanMs] }] } };
    const docs = await this.keys.run((keys) =>
      keys.find<ReadKey>(filter, READ).sort({ claimedAt: 1 }).limit(limit).toArray(),
    );
    return docs.map(toRecord);
  }

  async removeByUser(userId: string): Promise<void> {
    await this.keys.run((keys) => keys.deleteMany({ userId }));
  }

  async prune(): Promise<void> {
    const claimedAt = { $lte: new Date(Date.now() - KEY_LIFE_MS + CLOCKS_MS) };
    await this.keys.run((keys) => keys.deleteMany({ claimedAt, $expr: { $not: [LIVES] } }));
  }
}

function toRecord({ _id, userId, fingerprint, ids, accepted, claimedAt, now }: ReadKey): KeyRecord {
  const [, key] = JSON.parse(_id) as [string, string];
  const ageMs = Math.max(0, now.getTime() - claimedAt.getTime());
  return { userId, key, fingerprint, ids, accepted, ageMs };
}

function again(error: unknown): never {
  throw isDuplicate(error) ? new RetryableError('claimed by another at the same time') : error;
}
