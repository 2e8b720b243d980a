import { z } from 'zod';
import { pageFields, pageOf } from './page.js';
import { count, id, time } from './values.js';

/** A question, or another answer to one. Ids that are none are unknown, not malformed. */
export const askBody = z.strictObject({
  message: z.string().optional().describe('The question. Left out with `answerTo`; may be left out with `files`.'),
  files: z
    .array(z.string().max(100))
    .max(10)
    .optional()
    .describe('Ids of files that go with the question. One that is still being read is waited for, at most 30 s.'),
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

/** What one may know of a model. */
export const ModelDetails = z
  .object({
    name: z.string(),
    label: z.string().optional().describe('For people.'),
    description: z.string().optional(),
    contextTokens: count.optional().describe('Its window, in and out. Left out where it is not known.'),
    input: z.array(z.enum(['text', 'image', 'pdf'])).describe('What it takes.'),
    reasoning: z.boolean().describe('Whether `reasoningEffort` can be asked of it.'),
    tools: z.boolean(),
  })
  .meta({ id: 'ModelDetails', description: 'What a model is and takes.' });
export type ModelDetails = z.infer<typeof ModelDetails>;

/** Whom one may ask, with what is known of each model. */
export const DetailedEndpoint = Endpoint.extend({
  models: z.array(ModelDetails).describe('Empty where its provider does not tell.'),
}).meta({ id: 'DetailedEndpoint', description: 'Whom one may ask, and what is known of the models.' });
export type DetailedEndpoint = z.infer<typeof DetailedEndpoint>;
export const DetailedEndpointPage = pageOf(DetailedEndpoint);

/** `?details=true`: models as objects. */
export const endpointsQuery = z.strictObject({
  ...pageFields,
  details: z.enum(['true', 'false']).optional().describe('`true`: of each model what is known, not its name alone.'),
});
export type EndpointsQuery = z.infer<typeof endpointsQuery>;

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
