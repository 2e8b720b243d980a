import type { ChatStores } from './chat.testing.js';
import { conversationsContract } from './conversations.contract.js';
import { messageSearchContract } from './message-search.contract.js';
import { messagesContract } from './messages.contract.js';

/** What a backend of the chat is held to. `openAway`: over a store that does not answer. */
export function chatContract(
  backend: string,
  open: () => Promise<ChatStores>,
  openAway?: () => Promise<ChatStores>,
): void {
  conversationsContract(backend, open, openAway);
  messagesContract(backend, open, openAway);
  messageSearchContract(backend, open, openAway);
}
