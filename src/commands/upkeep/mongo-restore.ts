import type { mongo } from 'mongoose';
import type { MongoCollection } from '../../../libs/mongo/index.js';
import type { MessageDocument } from '../../chat/mongo/chat-collections.js';
import { recountUsed } from '../../files/store/mongo/recount.js';
import { Failure } from '../failure.js';
import { type Doc, type Header, KINDS, type Kind, noCounts, readBackup, toText } from './backup-file.js';
import type { UpkeepDatabases } from './upkeep-databases.js';

const BATCH = 500;
const BATCH_CHARS = 4 * 1024 * 1024;

/** Whatever it holds: documents are put where they were, unchanged. */
type Place = MongoCollection<Doc>;

export interface Restored {
  header: Header;
  /** Written, and read again as the same. */
  written: Record<Kind, number>;
  /** Was there before, and was left as it was. */
  kept: number;
  /** Belonged to accounts that are in neither. */
  orphans: number;
}

/**
 * Puts what is in the file into the database. First the whole file is read: what is damaged changes nothing. `merge`: adds
 * what is not there, for an archive, beside servers that run; else the database must be empty. It can be run again after it
 * was cut short, with `merge`. Each document is read back and compared. `MONGO_MESSAGE_PARTITION` may be another one than
 * when the file was written.
 */
export async function restoreMongo(databases: UpkeepDatabases, file: string, merge: boolean): Promise<Restored> {
  const users = new Set<string>();
  const { header } = await readBackup(file, (kind, doc) => {
    if (kind === 'users') users.add(doc._id);
  });
  if (!merge) await mustBeEmpty(databases);
  const restoring = new Restoring(databases, users);
  await readBackup(file, (kind, doc) => restoring.add(kind, doc));
  await restoring.flush();
  for (const userId of restoring.withFiles) await recountUsed(databases.files, userId);
  const { written, kept, orphans } = restoring;
  return { header, written, kept, orphans };
}

async function mustBeEmpty(databases: UpkeepDatabases): Promise<void> {
  const inUse: string[] = [];
  const messages = databases.partition === 'month' ? await databases.months() : ['messages'];
  for (const [database, name] of [
    [databases.usersDatabase, 'users'],
    [databases.database, 'conversations'],
    ...messages.map((name) => [databases.database, name] as const),
  ] as const) {
    if (await database.run((db) => db.collection(name).findOne({}, { projection: { _id: 1 } }))) inUse.push(name);
  }
  if (inUse.length === 0) return;
  throw new Failure(
    `The database is not empty (${inUse.join(', ')}). Restore into an empty one, or add what it lacks with --merge.`,
  );
}

class Restoring {
  readonly written = noCounts();
  kept = 0;
  orphans = 0;
  /** Users of whom files came in. */
  readonly withFiles = new Set<string>();
  /** Contents of the backup, and those that are there with the same bytes. */
  readonly instead = new Map<string, string>();
  private batch: Doc[] = [];
  private kind: Kind = KINDS[0];
  private chars = 0;

  constructor(
    private readonly databases: UpkeepDatabases,
    private readonly users: Set<string>,
  ) {}

  async add(kind: Kind, doc: Doc): Promise<void> {
    if (kind !== this.kind || this.batch.length >= BATCH || this.chars >= BATCH_CHARS) await this.flush();
    this.kind = kind;
    this.batch.push(doc);
    this.chars += typeof doc.text === 'string' ? doc.text.length : 0;
  }

  async flush(): Promise<void> {
    const { kind } = this;
    const owned = await this.owned(kind, this.batch);
    this.orphans += this.batch.length - owned.length;
    const isFile = kind === 'file_contents' || kind === 'files';
    // A key that was made since may have the place that this one had.
    const kept = kind === 'api_keys' ? owned.map((doc) => ({ ...doc, slot: doc._id })) : owned;
    const docs = isFile ? await this.withContent(kind, kept) : kept;
    this.batch = [];
    this.chars = 0;
    for (const [collection, some] of this.placed(kind, docs)) await this.write(kind, collection, some);
  }

  /** What belongs to an account that is in the file, or in the database. */
  private async owned(kind: Kind, docs: Doc[]): Promise<Doc[]> {
    if (!['conversations', 'messages', 'files', 'api_keys'].includes(kind)) return docs;
    const unknown = [...new Set(docs.map(({ userId }) => userId as string))].filter((id) => !this.users.has(id));
    if (unknown.length > 0) {
      const there = await this.databases.users.run((all) =>
        all.find({ _id: { $in: unknown } }, { projection: { _id: 1 } }).toArray(),
      );
      for (const { _id } of there) this.users.add(_id);
    }
    return docs.filter(({ userId }) => this.users.has(userId as string));
  }

  private placed(kind: Kind, docs: Doc[]): Array<[Place, Doc[]]> {
    if (docs.length === 0) return [];
    const { chat, users, accounts, apiKeys, files } = this.databases;
    if (kind === 'messages')
      return chat.messages.group(docs as unknown as MessageDocument[]) as unknown as [Place, Doc[]][];
    const places = {
      ...{ users, accounts, api_keys: apiKeys, conversations: chat.conversations },
      ...{ files: files.files, file_contents: files.contents },
    } as unknown as Partial<Record<Kind, Place>>;
    return [[places[kind] ?? (this.databases.plain(kind as 'migrated') as unknown as Place), docs]];
  }

  /** Bytes that are there under another id are had from there. */
  private async withContent(kind: Kind, docs: Doc[]): Promise<Doc[]> {
    if (kind === 'files') {
      return docs.map((doc) => ({ ...doc, contentId: this.instead.get(doc.contentId as string) ?? doc.contentId }));
    }
    const hashes = docs.map(({ sha256 }) => sha256 as string);
    const there = await this.databases.files.contents.run((all) =>
      all.find({ sha256: { $in: hashes }, deleting: false }, { projection: { sha256: 1 } }).toArray(),
    );
    const idOf = new Map(there.map(({ _id, sha256 }) => [sha256, _id]));
    const isOther = ({ _id, sha256 }: Doc) => (idOf.get(sha256 as string) ?? _id) !== _id;
    for (const doc of docs) if (isOther(doc)) this.instead.set(doc._id, idOf.get(doc.sha256 as string)!);
    return docs.filter((doc) => !isOther(doc));
  }

  /** A file that is there, for another conversation, is needed by this one too. */
  private async holdAgain(docs: Doc[]): Promise<void> {
    const held = docs.filter(({ holders }) => (holders as string[]).length > 0);
    for (const { _id, holders } of held) {
      const change = { $addToSet: { holders: { $each: holders as string[] } }, $set: { unheld: false } };
      await this.databases.files.files.run((all) => all.updateOne({ _id, deleting: false }, change));
    }
    for (const { userId } of docs) this.withFiles.add(userId as string);
  }

  /** Any number of times: what is there stays, but for a tombstone, in whose place comes what was deleted. */
  private async write(kind: Kind, collection: Place, docs: Doc[]): Promise<void> {
    await collection.ensureIndexes();
    const writes: mongo.AnyBulkWriteOperation<Doc>[] = docs.map(({ _id, ...fields }) => ({
      // The user says on which shard, where conversations and messages are sharded.
      updateOne: {
        filter: { _id, ...('userId' in fields && { userId: fields.userId }) },
        update: { $setOnInsert: fields },
        upsert: true,
      },
    }));
    if (kind === 'conversations') {
      const buried = docs.map((doc) => ({
        replaceOne: { filter: { _id: doc._id, removedAt: { $ne: null } }, replacement: doc },
      }));
      await collection.run((all) => all.bulkWrite(buried, { ordered: false }));
    }
    await collection.run((all) => all.bulkWrite(writes, { ordered: false }));
    if (kind === 'files') await this.holdAgain(docs);
    const ids = docs.map(({ _id }) => _id);
    const found: Doc[] = await collection.run((all) => all.find({ _id: { $in: ids } }).toArray());
    const there = new Map(found.map((doc) => [doc._id, doc]));
    for (const doc of docs) {
      const stands = there.get(doc._id);
      if (!stands) throw new Failure(`${kind}: ${doc._id} was written and is not there.`);
      if (whole(stands) === whole(doc)) this.written[kind]++;
      else this.kept++;
    }
  }
}

/** Everything of a document, in whatever order its fields are. */
function whole(doc: Doc): string {
  return toText(Object.fromEntries(Object.entries(doc).sort(([a], [b]) => (a < b ? -1 : 1))) as Doc);
}
