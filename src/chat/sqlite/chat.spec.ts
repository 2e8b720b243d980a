import { chatContract } from '../contract/chat.contract.js';
import { sqliteChat, sqliteChatClosed } from '../contract/chat-stores.testing.js';

chatContract('sqlite', sqliteChat, sqliteChatClosed);
