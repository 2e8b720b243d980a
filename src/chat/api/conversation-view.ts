import { viewOf } from '../../../libs/fields/index.js';
import type { Conversation as ConversationView } from '../../contract/conversation.js';
import { type Conversation, CONVERSATION_FIELDS } from '../store/index.js';

export type { ConversationView };

const view = viewOf(CONVERSATION_FIELDS);

/** A conversation as clients see it. */
export function conversationView(conversation: Conversation): ConversationView {
  return view(conversation);
}
