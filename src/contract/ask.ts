import { z } from 'zod';
import { pageOf } from './page.js';
import { count, id, time } from './values.js';

/** A question, or another answer to one. Ids that are none are unknown, not malformed. */
export const askBody = z.strictObject({
  message: z.string().optional().describe('The question. Left out with `answerTo`.'),
  conversationId: z.string().max(100).optional().describe('Left out: a new conversation.'),
  parentMessageId: z
    .string()
    .max(100)
    .nullable()
    .optional()
    .describe('The message that is answered. Left out: the newest one; null: none, which makes another beginning.'),
  answerTo: z.string().max(100).optional().describe('A question of this conversation that gets another answer.'),
  model: z.string().min(1).max(200).optional(),
  instructions: z.string().max(20_000).optional(),
  temperature: z.number().min(0).max(2).optional(),
  reasoningEffort: z
    .enum(['none', 'minimal', 'low', 'medium', 'high'])
    .optional()
    .describe('How much the model is to think. Left out: its own; one that can’t be told so is `model_cannot`.'),
  maxTokens: z.number().int().min(1).max(10_000_000).optional(),
});
export type AskBody = z.infer<typeof askBody>;

/** Whom one may ask. */
export const Endpoint = z
  .object({
    name: z.string().describe('For `/api/ask/<name>`.'),
    label: z.string().describe('For people.'),
    models: z.array(z.string()).describe('Empty where its provider does not tell.'),
    defaultModel: z.string().nullable(),
  })
  .meta({ id: 'Endpoint', description: 'Whom one may ask.' });
export type Endpoint = z.infer<typeof Endpoint>;
export const EndpointPage = pageOf(Endpoint);

/** The answer takes longer than a call may: it is read from its stream. */
export const Accepted = z.object({ messageId: id });

/** An answer that is waiting or being written. */
export const RunningAnswer = z
  .object({
    messageId: id,
    conversationId: id,
    endpoint: z.string(),
    model: z.string(),
    state: z.enum(['waiting', 'running']),
    position: count.optional().describe('How many start before it, itself included.'),
    startedAt: time.describe('When it was asked.'),
  })
  .meta({ id: 'RunningAnswer', description: 'An answer that is waiting or being written.' });
export type RunningAnswer = z.infer<typeof RunningAnswer>;
export const RunningAnswerPage = pageOf(RunningAnswer);

export const StopAnswer = z.object({ stopped: z.boolean().describe('Its status is `stopped` now.') });
