import type { Conversations } from './conversations.js';
import type { Messages, MessageSearch } from './messages.js';

/** What a backend of this feature gives: its three ports over one state. Each of them is a port of its own for those who use it. */
export abstract class ChatStore {
  abstract readonly conversations: Conversations;
  abstract readonly messages: Messages;
  abstract readonly search: MessageSearch;
}

export { DELETED, isSwept, toWriting, untouchedMs, type Step } from './answer-rules.js';
export * as rules from './answer-rules.js';
export * from './conversations.js';
export * from './message.js';
export * from './messages.js';
export { conversationUnknown } from './turn-rules.js';
export * as turns from './turn-rules.js';
