import { memoryChat, sqliteChat, sqliteChatClosed } from './chat-stores.testing.js';
import { messageSearchContract } from './message-search.contract.js';

messageSearchContract('memory', memoryChat);
messageSearchContract('sqlite', sqliteChat, sqliteChatClosed);
