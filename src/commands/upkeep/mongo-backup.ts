import type { MongoDatabase } from '../../../libs/mongo/index.js';
import { BackupWriter, type Doc, type Kind, readBackup } from './backup-file.js';
import type { UpkeepDatabases } from './upkeep-databases.js';
import { eachConversation } from './whole-conversations.js';

const BATCH = 500;

/**
 * Writes everything that outlives a restart into one file, while servers run, and reads the file again. Each conversation is
 * whole (see `eachConversation`). Accounts come last: who joined meanwhile is in it with what they asked, and what belongs to
 * an account that was deleted meanwhile is left out by the restore. Idempotency keys (a day's) and sessions are not in it.
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
    await copy(databases.usersDatabase, 'users', writer);
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  // What can't be read is no backup.
  return (await readBackup(file, () => undefined)).counts;
}

async function copy(database: MongoDatabase, kind: Kind, writer: BackupWriter): Promise<void> {
  for (let after = ''; ;) {
    const batch = await database.run((db) =>
      db
        .collection<Doc>(kind)
        .find({ _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(BATCH)
        .toArray(),
    );
    if (batch.length === 0) return;
    await writer.write(kind, batch as Doc[]);
    after = batch.at(-1)!._id;
  }
}
