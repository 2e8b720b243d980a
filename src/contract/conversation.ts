import { z } from 'zod';
import { pageFields, pageOf } from './page.js';
import { ONE_LINE } from './refusal.js';
import { id, time } from './values.js';

export const Conversation = z
  .object({
    id,
    title: z.string(),
    endpoint: z.string().describe('Whom it is asked of, unless a question says otherwise.'),
    model: z.string(),
    instructions: z.string().nullable(),
    temperature: z.number().nullable(),
    pinned: z.boolean(),
    archived: z.boolean(),
    createdAt: time,
    updatedAt: time.describe('Its last activity: a question, the end of an answer, or a change.'),
  })
  .meta({ id: 'Conversation' });
export type Conversation = z.infer<typeof Conversation>;

export const ConversationAnswer = z.object({ conversation: Conversation });
export const ConversationPage = pageOf(Conversation);

const truth = z.enum(['true', 'false'], { error: 'must be true or false' }).transform((value) => value === 'true');

/** `?archived=` (default false) and `?pinned=` (left out or empty: both). */
export const conversationsQuery = z.strictObject({
  ...pageFields,
  archived: truth.prefault('false'),
  pinned: z
    .literal('')
    .transform(() => undefined)
    .or(truth)
    .optional(),
});
export type ConversationsQuery = z.infer<typeof conversationsQuery>;

const setting = z.string().trim().min(1).max(200);

/** What may be changed. Whether an endpoint and its model exist is looked at when they are asked. */
export const conversationPatch = z.strictObject({
  title: setting.regex(ONE_LINE, 'must not hold control characters').optional(),
  pinned: z.boolean().optional(),
  archived: z.boolean().optional(),
  endpoint: setting.optional(),
  model: setting.optional(),
  instructions: z.string().max(20_000).nullable().optional(),
  temperature: z.number().min(0).max(2).nullable().optional(),
});
export type ConversationPatch = z.infer<typeof conversationPatch>;
