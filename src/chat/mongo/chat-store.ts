import type { mongo } from 'mongoose';
import type { MongoDatabase } from '../../../libs/mongo/index.js';
import type { ChatStore } from '../store/index.js';
import { ChatCollections } from './chat-collections.js';
import { MongoConversations } from './conversations.js';
import { MongoMessageSearch } from './message-search.js';
import { MongoMessages } from './messages.js';

interface Options {
  /** Of the messages: one collection, or one a month. */
  partition: 'none' | 'month';
  /** Which nodes a search may ask. */
  searchFrom: mongo.ReadPreferenceMode;
}

export function mongoChatStore(database: MongoDatabase, { partition, searchFrom }: Options): ChatStore {
  const chat = new ChatCollections(database, { partition });
  return {
    conversations: new MongoConversations(chat),
    messages: new MongoMessages(chat),
    search: new MongoMessageSearch(chat, { readPreference: searchFrom }),
  };
}
