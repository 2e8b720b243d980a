import { chatContract } from '../contract/chat.contract.js';
import { useMongoChat } from './mongo-chat.testing.js';

const mongo = useMongoChat();
chatContract('mongo', mongo.open, mongo.openAway);
