import { memoryChat, sqliteChat, sqliteChatClosed } from './chat-stores.testing.js';
import { messageSearchContract } from './message-search.contract.js';
import { useMongoChat } from '../mongo/mongo-chat.testing.js';

const mongo = useMongoChat();

messageSearchContract('memory', memoryChat);
messageSearchContract('sqlite', sqliteChat, sqliteChatClosed);
messageSearchContract('mongo', mongo.open, mongo.openAway);
messageSearchContract('mongo, by month', mongo.openByMonth, mongo.openAwayByMonth);
