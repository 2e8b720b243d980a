import { memoryChat, sqliteChat, sqliteChatClosed } from './chat-stores.testing.js';
import { conversationsContract } from './conversations.contract.js';

conversationsContract('memory', memoryChat);
conversationsContract('sqlite', sqliteChat, sqliteChatClosed);
