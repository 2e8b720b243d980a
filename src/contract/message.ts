import { z } from 'zod';
import { AnswerError } from './errors.js';
import { pageFields, pageOf } from './page.js';
import { Part } from './parts.js';
import { count, id, time } from './values.js';

/** Tokens of an answer, all attempts together. */
export const Usage = z
  .object({
    inputTokens: count,
    outputTokens: count,
    cachedInputTokens: count.optional().describe('Of the input, read from the provider’s cache. Where it tells.'),
    reasoningTokens: count.optional().describe('Of the output, thoughts. Where the provider tells.'),
    estimated: z.boolean().optional().describe('The provider gave no count.'),
  })
  .meta({ id: 'Usage', description: 'Tokens of an answer, all attempts together.' });
export type Usage = z.infer<typeof Usage>;

/** A question or an answer. */
export const Message = z
  .object({
    id: id.describe('Sorts after its parent’s.'),
    conversationId: id,
    parentId: id.nullable().describe('The message that this one answers; null: it begins a conversation.'),
    role: z.enum(['user', 'assistant']),
    text: z.string().describe('The texts of all parts of that kind.'),
    parts: z.array(Part).describe('In the order in which they came about. Pass over kinds that you don’t know.'),
    status: z.enum(['complete', 'generating', 'stopped', 'interrupted']),
    endpoint: z.string().nullable(),
    model: z.string().nullable(),
    usage: Usage.nullable(),
    finishReason: z
      .enum(['stop', 'length', 'content-filter', 'tool-calls', 'error'])
      .nullable()
      .describe('Why the answer ended; null: of a question, while it is written, and where nobody said.'),
    error: AnswerError.nullable().describe('Why it is `interrupted`; else null.'),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Message', description: 'A question or an answer.' });
export type Message = z.infer<typeof Message>;
export const MessagePage = pageOf(Message);

/** `order`: `asc` is oldest first. */
export const messagesQuery = z.strictObject({ ...pageFields, order: z.enum(['asc', 'desc']).default('asc') });
export type MessagesQuery = z.infer<typeof messagesQuery>;
