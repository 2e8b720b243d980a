import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteDatabase } from '../../../libs/sqlite/index.js';
import { memoryChatStore } from '../memory/chat-store.js';
import { sqliteChatStore } from '../sqlite/chat-store.js';
import type { ChatStores } from './chat.testing.js';

export async function memoryChat(): Promise<ChatStores> {
  return { ...memoryChatStore(), close: async () => {} };
}

/** In a folder of its own, which `close` removes. */
export async function sqliteChat(): Promise<ChatStores & { db: SqliteDatabase }> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-chat-'));
  const db = new SqliteDatabase(join(folder, 'parley.sqlite'));
  return {
    db,
    ...sqliteChatStore(db),
    close: async () => {
      db.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A closed database is one that does not answer. */
export async function sqliteChatClosed(): Promise<ChatStores> {
  const stores = await sqliteChat();
  await stores.close();
  return stores;
}
