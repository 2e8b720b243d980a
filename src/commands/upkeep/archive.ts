import { firstIdAt } from '../../../libs/ids/index.js';
import type { ConversationDocument } from '../../chat/mongo/chat-collections.js';
import { LAY_TOMBSTONE, TO_TOMBSTONE } from '../../chat/mongo/conversations.js';
import { MongoFileRows } from '../../files/store/mongo/file-rows.js';
import { BackupWriter, type Doc, readBackup } from './backup-file.js';
import type { UpkeepDatabases } from './upkeep-databases.js';
import { eachConversation } from './whole-conversations.js';

const DAY_MS = 86_400_000;

export interface Archived {
  conversations: number;
  messages: number;
  /** Written and then left in the database: somebody came back to them. */
  left: number;
  droppedMonths: string[];
}

export interface ArchiveOptions {
  file: string;
  days: number;
  remove: boolean;
  /** Copies the bytes of the files that an archive tells of, to beside it. */
  contents(file: string): Promise<unknown>;
}

/**
 * Writes conversations in which nothing has happened for `days` into a file, reads the file again, and only then removes
 * them from the database, if `remove` says so. Pinned ones stay. Removed they are like deleted ones: a tombstone for a day,
 * then nothing; `npm run restore -- <file> --merge` brings them back. Servers may run: a conversation is removed only if it
 * still is as it was written.
 */
export async function archive(
  databases: UpkeepDatabases,
  { file, days, remove, contents }: ArchiveOptions,
): Promise<Archived> {
  const before = new Date(Date.now() - days * DAY_MS);
  const writer = await BackupWriter.create(file, 'archive');
  try {
    await eachConversation(
      databases,
      { updatedAt: { $lt: before }, pinned: { $ne: true } },
      async (conversation, all) => {
        if (conversation.updatedAt >= before || all.some(({ writing }) => writing)) return;
        await writer.write('conversations', [conversation as unknown as Doc]);
        await writer.write('messages', all as unknown as Doc[]);
        await writeFiles(databases, conversation._id, writer);
      },
    );
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  const outcome: Archived = { conversations: 0, messages: 0, left: 0, droppedMonths: [] };
  await contents(file);
  const { counts } = await readBackup(file, () => undefined);
  outcome.messages = counts.messages;
  if (!remove) return { ...outcome, conversations: counts.conversations };
  await readBackup(file, async (kind, doc) => {
    if (kind !== 'conversations') return;
    if (await removeOne(databases, doc as unknown as ConversationDocument)) outcome.conversations++;
    else outcome.left++;
  });
  return { ...outcome, droppedMonths: await dropEmptyMonths(databases) };
}

/** Files that its messages hold, as they are held by these alone, and their contents. */
async function writeFiles({ files }: UpkeepDatabases, conversationId: string, writer: BackupWriter): Promise<void> {
  const prefix = `message:${conversationId}:`;
  const held = await files.files.run((all) =>
    all.find({ holders: new RegExp(`^${prefix}`), deleting: false }).toArray(),
  );
  if (held.length === 0) return;
  const ids = [...new Set(held.map(({ contentId }) => contentId))];
  const contents = await files.contents.run((all) => all.find({ _id: { $in: ids } }).toArray());
  await writer.write('file_contents', contents as unknown as Doc[]);
  const own = held.map((doc) => ({ ...doc, holders: doc.holders.filter((holder) => holder.startsWith(prefix)) }));
  await writer.write('files', own as unknown as Doc[]);
}

/** As a deletion does it, so that a server's sweep finishes it where this ends early. False where it has changed. */
async function removeOne(databases: UpkeepDatabases, as: ConversationDocument): Promise<boolean> {
  const { conversations, messages } = databases.chat;
  const { _id, updatedAt, lastTurns } = as;
  // A repeat after an election finds its own tombstone.
  const untouched = { _id, updatedAt, lastTurns, $or: [{ buriedAt: null }, { burying: true }] };
  const { matchedCount } = await conversations.run((all) => all.updateOne(untouched, LAY_TOMBSTONE));
  if (matchedCount === 0) return false;
  await new MongoFileRows(databases.files).dropHoldersUnder(`message:${_id}:`);
  await messages.of(_id)?.run((all) => all.deleteMany({ conversationId: _id }));
  await conversations.run((all) => all.updateOne({ _id }, TO_TOMBSTONE));
  return true;
}

/**
 * Drops collections of months that hold nothing, and of which no conversation is left that could get a message: a
 * conversation's messages lie in the month in which it began. The present month and its neighbours stay.
 */
export async function dropEmptyMonths(databases: UpkeepDatabases): Promise<string[]> {
  const dropped: string[] = [];
  if (databases.partition !== 'month') return dropped;
  const kept = [-31, 0, 31].map((days) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 7));
  for (const name of await databases.months()) {
    const [year, month] = name.split('_').slice(1).map(Number);
    if (kept.includes(`${year}-${String(month).padStart(2, '0')}`)) continue;
    const ids = { $gte: firstIdAt(Date.UTC(year, month - 1)), $lt: firstIdAt(Date.UTC(year, month)) };
    const alive = await databases.chat.conversations.run((all) => all.findOne({ _id: ids, removedAt: null }));
    const message = await databases.database.run((db) => db.collection(name).findOne({}, { projection: { _id: 1 } }));
    if (alive || message) continue;
    await databases.database.run((db) => db.collection(name).drop());
    dropped.push(name);
  }
  return dropped;
}
