import type { mongo } from 'mongoose';
import type { MongoDatabase } from '../../../libs/mongo/index.js';
import { BackupWriter, type Doc, type Kind, readBackup } from './backup-file.js';
import type { UpkeepDatabases } from './upkeep-databases.js';
import { eachConversation } from './whole-conversations.js';

const BATCH = 500;

/**
 * Writes everything that outlives a restart into one file, while servers run, and reads the file again. Each conversation is
 * whole (see `eachConversation`). Accounts come last: who joined meanwhile is in it with what they asked, and what belongs to
 * an account that was deleted meanwhile is left out by the restore. Idempotency keys (a day's) and sessions are not in it.
 * Nor are the bytes of files, which go into a folder beside it; until they have, their contents must not go
 * (`whileContentsRest`).
 */
export async function backupMongo(databases: UpkeepDatabases, file: string): Promise<Record<Kind, number>> {
  const writer = await BackupWriter.create(file, 'backup');
  try {
    await copy(databases.usersDatabase, 'accounts', writer);
    for (const kind of ['migrated', 'migrations'] as const) await copy(databases.database, kind, writer);
    await eachConversation(databases, {}, async (conversation, messages) => {
      await writer.write('conversations', [conversation as unknown as Doc]);
      await writer.write('messages', messages as unknown as Doc[]);
    });
    // Files that are held, or may be: their contents are read after them, and written before.
    const files = await allFiles(databases);
    await copy(databases.database, 'file_contents', writer, { deleting: false });
    await writer.write('files', files);
    await copy(databases.usersDatabase, 'api_keys', writer);
    await copy(databases.usersDatabase, 'users', writer);
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  // What can't be read is no backup.
  return (await readBackup(file, () => undefined)).counts;
}

/** Rows are small. */
function allFiles({ files }: UpkeepDatabases): Promise<Doc[]> {
  return files.files.run((all) => all.find({ deleting: false }).sort({ _id: 1 }).toArray()) as unknown as Promise<
    Doc[]
  >;
}

async function copy(
  database: MongoDatabase,
  kind: Kind,
  writer: BackupWriter,
  filter: mongo.Filter<Doc> = {},
): Promise<void> {
  for (let after = ''; ;) {
    const batch = await database.run((db) =>
      db
        .collection<Doc>(kind)
        .find({ ...filter, _id: { $gt: after } } as mongo.Filter<Doc>)
        .sort({ _id: 1 })
        .limit(BATCH)
        .toArray(),
    );
    if (batch.length === 0) return;
    await writer.write(kind, batch as Doc[]);
    after = batch.at(-1)!._id;
  }
}
