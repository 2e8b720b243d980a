import { memoryChat, sqliteChat, sqliteChatClosed } from './chat-stores.testing.js';
import { conversationsContract } from './conversations.contract.js';
import { useMongoChat } from '../mongo/mongo-chat.testing.js';

const mongo = useMongoChat();

conversationsContract('memory', memoryChat);
conversationsContract('sqlite', sqliteChat, sqliteChatClosed);
conversationsContract('mongo', mongo.open, mongo.openAway);
conversationsContract('mongo, by month', mongo.openByMonth, mongo.openAwayByMonth);
