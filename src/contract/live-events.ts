import { z } from 'zod';
import { Created } from './answer-events.js';
import { Conversation } from './conversation.js';
import { Message } from './message.js';
import { id } from './values.js';

/** What a user's open pages hear over Socket.IO: each event has one argument. Clients send nothing. */
export const LIVE_EVENTS = {
  'conversation.updated': z.object({ conversation: Conversation }),
  'conversation.deleted': z.object({ conversationId: id }),
  'message.created': z.object({ message: Message }),
  'generation.started': Created.omit({ userMessageId: true }),
  'generation.finished': z.object({ message: Message }),
  /** To the sockets of that session alone; then they are closed. */
  'session.revoked': z.object({ sessionId: id }),
};

export type LiveEvents = { [E in keyof typeof LIVE_EVENTS]: z.infer<(typeof LIVE_EVENTS)[E]> };
