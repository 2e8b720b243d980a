import type { MongoDatabase } from '../../libs/mongo/index.js';
import type { ChatStores } from './chat.testing.js';
import { ChatCollections } from './chat-collections.js';
import { MongoConversations } from './conversations.mongo.js';
import { MongoMessageSearch } from './message-search.mongo.js';
import { MongoMessages } from './messages.mongo.js';

export type Partition = 'none' | 'month';

/** The three stores over a database, which `close` closes. */
export function mongoChat(database: MongoDatabase, partition: Partition): ChatStores & { chat: ChatCollections } {
  const chat = new ChatCollections(database, { partition });
  return {
    chat,
    conversations: new MongoConversations(chat),
    messages: new MongoMessages(chat),
    search: new MongoMessageSearch(chat),
    close: () => database.close(),
  };
}
