import { chatContract } from '../contract/chat.contract.js';
import { memoryChat } from '../contract/chat-stores.testing.js';

chatContract('memory', memoryChat);
