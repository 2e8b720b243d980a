import { z } from 'zod';
import { Conversation } from './conversation.js';
import { Message } from './message.js';
import { pageFields, pageOf } from './page.js';
import { count } from './values.js';

/** `in`: where to look; left out, in both. */
export const searchQuery = z.strictObject({
  ...pageFields,
  q: z.string().min(1).max(500),
  in: z.enum(['titles', 'messages']).optional(),
});
export type SearchQuery = z.infer<typeof searchQuery>;

export const Snippet = z
  .object({
    text: z.string(),
    matches: z.array(z.tuple([count, count])).describe('UTF-16 offsets into `text`: [start, end).'),
  })
  .meta({ id: 'Snippet' });
export type Snippet = z.infer<typeof Snippet>;

/** A message that holds the words. */
export const MessageHit = z
  .object({
    message: Message.pick({ id: true, conversationId: true, role: true, createdAt: true }),
    title: z.string().describe('Of its conversation.'),
    snippet: Snippet.describe('A piece of the message.'),
  })
  .meta({ id: 'MessageHit' });
export type MessageHit = z.infer<typeof MessageHit>;

/** A conversation whose title holds the words. */
export const TitleHit = z
  .object({ conversation: Conversation, title: Snippet.describe('The whole title.') })
  .meta({ id: 'TitleHit' });
export type TitleHit = z.infer<typeof TitleHit>;

export const HitPage = pageOf(z.union([TitleHit, MessageHit]));
