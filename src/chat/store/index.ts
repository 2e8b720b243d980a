export { DELETED, isSwept, toWriting, untouchedMs, type Step } from './answer-rules.js';
export * as rules from './answer-rules.js';
export { ChatStore } from './chat-store.js';
export * from './conversations.js';
export * from './message-search.js';
export * from './message.js';
export * from './messages.js';
export { conversationUnknown } from './turn-rules.js';
export * as turns from './turn-rules.js';
