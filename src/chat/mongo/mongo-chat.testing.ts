import type { MongoDatabase } from '../../../libs/mongo/index.js';
import { useDatabases, type TestDatabases } from '../../../libs/mongo/mongo.testing.js';
import { ChatCollections } from './chat-collections.js';
import type { ChatStores } from '../contract/chat.testing.js';
import { MongoMessageSearch } from './chat-store.js';
import { MongoConversations } from './conversations.js';
import { MongoMessages } from './messages.js';

export interface MongoChat extends ChatStores {
  messages: MongoMessages;
  chat: ChatCollections;
}

/** The three stores over a database, which `close` closes. */
export function mongoChat(database: MongoDatabase, partition: 'none' | 'month'): MongoChat {
  const chat = new ChatCollections(database, { partition });
  return {
    chat,
    conversations: new MongoConversations(chat),
    messages: new MongoMessages(chat),
    search: new MongoMessageSearch(chat),
    close: () => database.close(),
  };
}

interface OpenChat {
  databases: TestDatabases;
  open(): Promise<MongoChat>;
  openByMonth(): Promise<MongoChat>;
  openAway(): Promise<MongoChat>;
  openAwayByMonth(): Promise<MongoChat>;
}

/** Stores over an engine of this suite's own. */
export function useMongoChat(options?: Parameters<typeof useDatabases>[0]): OpenChat {
  const databases = useDatabases(options);
  return {
    databases,
    open: async () => mongoChat(await databases.open(), 'none'),
    openByMonth: async () => mongoChat(await databases.open(), 'month'),
    openAway: async () => mongoChat(databases.openAway(), 'none'),
    openAwayByMonth: async () => mongoChat(databases.openAway(), 'month'),
  };
}
