import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteDatabase } from '../../../libs/sqlite/index.js';
import { ChatMemory } from '../memory/chat-memory.js';
import type { ChatStores } from './chat.testing.js';
import { MemoryConversations } from '../memory/conversations.js';
import { SqliteConversations } from '../sqlite/conversations.js';
import { MemoryMessageSearch } from '../memory/message-search.js';
import { SqliteMessageSearch } from '../sqlite/message-search.js';
import { MemoryMessages } from '../memory/messages.js';
import { SqliteMessages } from '../sqlite/messages.js';

export async function memoryChat(): Promise<ChatStores> {
  const memory = new ChatMemory();
  return {
    conversations: new MemoryConversations(memory),
    messages: new MemoryMessages(memory),
    search: new MemoryMessageSearch(memory),
    close: async () => {},
  };
}

/** In a folder of its own, which `close` removes. */
export async function sqliteChat(): Promise<ChatStores & { db: SqliteDatabase }> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-chat-'));
  const db = new SqliteDatabase(join(folder, 'parley.sqlite'));
  return {
    db,
    conversations: new SqliteConversations(db),
    messages: new SqliteMessages(db),
    search: new SqliteMessageSearch(db),
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
