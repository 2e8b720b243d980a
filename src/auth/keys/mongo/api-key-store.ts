import type { mongo } from 'mongoose';
import { isDuplicate, type MongoCollection, type MongoDatabase } from '../../../../libs/mongo/index.js';
import { decodeCursor, type Page, type PageRequest, toPage } from '../../../../libs/paging/index.js';
import type { ApiKey } from '../api-key.js';
import { ApiKeyStore } from '../api-key-store.js';
import { freeSlot, notedBefore } from '../key-rules.js';
import { type ApiKeyDocument, apiKeySchema, docToKey, keyToDoc } from './key-documents.js';

/** Beside the accounts: a key is of no use without its account. */
export class MongoApiKeyStore extends ApiKeyStore {
  private readonly keys: MongoCollection<ApiKeyDocument>;

  /** `database`: that of accounts. */
  constructor(database: MongoDatabase) {
    super();
    this.keys = database.collection<ApiKeyDocument>('api_keys', apiKeySchema);
  }

  /** Each key takes a place that no other has: the index decides. Whoever loses looks again at which are free. */
  async create(key: ApiKey): Promise<boolean> {
    return this.keys.runIndexed(async (keys) => {
      for (;;) {
        const others = await keys.find({ userId: key.userId }, { projection: { slot: 1 } }).toArray();
        if (others.some(({ _id }) => _id === key.id)) return true;
        const slot = freeSlot(others.map((other) => other.slot));
        if (slot === undefined) return false;
        if (await insert(keys, { ...keyToDoc(key), slot })) return true;
      }
    });
  }

  async findByHash(hash: string): Promise<ApiKey | null> {
    return toKey(await this.keys.run((keys) => keys.findOne({ hash })));
  }

  async get(id: string): Promise<ApiKey | null> {
    return toKey(await this.keys.run((keys) => keys.findOne({ _id: id })));
  }

  async listByUser(userId: string): Promise<ApiKey[]> {
    const docs = await this.keys.run((keys) => keys.find({ userId }).toArray());
    return docs.map(docToKey).sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  async list({ limit, cursor }: PageRequest): Promise<Page<ApiKey>> {
    const [before] = cursor ? decodeCursor(cursor, ['string']) : ['~'];
    const docs = await this.keys.run((keys) =>
      keys
        .find({ _id: { $lt: before } })
        .sort({ _id: -1 })
        .limit(limit + 1)
        .toArray(),
    );
    return toPage(docs.map(docToKey), limit, ({ id }) => [id]);
  }

  async rename(userId: string, id: string, name: string): Promise<ApiKey | null> {
    const update = { $set: { name } };
    return toKey(
      await this.keys.run((keys) => keys.findOneAndUpdate({ _id: id, userId }, update, { returnDocument: 'after' })),
    );
  }

  /** A repeat, whose first try was done and not heard of, finds the use noted: the first use is then told by nobody. */
  async noteUse(id: string, at: Date): Promise<boolean> {
    const filter = { _id: id, $or: [{ lastUsedAt: null }, { lastUsedAt: { $lte: notedBefore(at) } }] };
    const before = await this.keys.run((keys) => keys.findOneAndUpdate(filter, { $set: { lastUsedAt: at } }));
    return before !== null && before.lastUsedAt === null;
  }

  async remove(id: string, userId?: string): Promise<ApiKey | null> {
    const filter = { _id: id, ...(userId !== undefined && { userId }) };
    let found: ApiKeyDocument | null = null;
    return this.keys.run(async (keys) => {
      // A repeat finds nothing any more, and still knows what it removed.
      found = (await keys.findOne(filter)) ?? found;
      if (!found) return null;
      const { deletedCount } = await keys.deleteOne(filter);
      return deletedCount === 1 ? docToKey(found) : null;
    });
  }

  async removeByUser(userId: string): Promise<string[]> {
    return this.keys.run(async (keys) => {
      const found = await keys.find({ userId }, { projection: { _id: 1 } }).toArray();
      await keys.deleteMany({ userId });
      return found.map(({ _id }) => _id);
    });
  }
}

/** False where another key has its place, or it was made by an attempt that was given up. */
async function insert(keys: mongo.Collection<ApiKeyDocument>, doc: ApiKeyDocument): Promise<boolean> {
  try {
    await keys.insertOne(doc);
    return true;
  } catch (error) {
    if (isDuplicate(error) || isDuplicate(error, 'userId')) return false;
    throw error;
  }
}

function toKey(doc: ApiKeyDocument | null): ApiKey | null {
  return doc && docToKey(doc);
}
