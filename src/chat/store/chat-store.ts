import type { Conversations } from './conversations.js';
import type { MessageSearch } from './message-search.js';
import type { Messages } from './messages.js';

/** What a backend of this feature gives: its three ports over one state. Each of them is a port of its own for those who use it. */
export abstract class ChatStore {
  abstract readonly conversations: Conversations;
  abstract readonly messages: Messages;
  abstract readonly search: MessageSearch;
}
