import type { SqliteDatabase } from '../../../libs/sqlite/index.js';
import type { ChatStore } from '../store/index.js';
import { SqliteConversations } from './conversations.js';
import { SqliteMessageSearch } from './message-search.js';
import { SqliteMessages } from './messages.js';

export function sqliteChatStore(db: SqliteDatabase): ChatStore {
  return {
    conversations: new SqliteConversations(db),
    messages: new SqliteMessages(db),
    search: new SqliteMessageSearch(db),
  };
}
