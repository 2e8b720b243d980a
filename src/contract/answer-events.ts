import { z } from 'zod';
import { Conversation } from './conversation.js';
import { AnswerError } from './errors.js';
import { Message, Usage } from './message.js';
import { PartChange } from './parts.js';
import { count, id } from './values.js';

/** The events of an answer's stream, in the order in which they may come. */

export const Created = z
  .object({ messageId: id, userMessageId: id, conversationId: id, endpoint: z.string(), model: z.string() })
  .meta({ id: 'Created' });

export const ResetReason = z.enum(['retry', 'worker_lost', 'handed_over', 'log_lost']);
export type ResetReason = z.infer<typeof ResetReason>;

/** Codes of what may pass by itself. */
export const RetryReason = z.enum(['model_unavailable', 'model_rate_limited', 'model_broken_stream']);
export type RetryReason = z.infer<typeof RetryReason>;

const attempt = count.describe('Counted from 1.');

/** Data of `final`; also what who waits for JSON gets. */
export const Final = z
  .object({
    message: Message,
    conversation: Conversation.nullable().describe('Null where it is gone meanwhile.'),
    usage: Usage,
  })
  .meta({ id: 'Final', description: 'An answer that was finished or stopped, and its conversation after that.' });

const Failed = z.intersection(
  z.object({ message: Message.describe('As it is kept: `interrupted`, with the text so far.') }),
  AnswerError,
);

/** An entry of the answer's log: `id` is sent back as `Last-Event-ID`. */
function logged<E extends string, D extends z.ZodType>(event: E, data: D, description: string) {
  const position = z
    .string()
    .regex(/^\d+-\d+$/)
    .describe('`<epoch>-<seq>`');
  return z.object({ id: position, event: z.literal(event), data }).meta({ title: event, description });
}

export const AnswerEvent = z
  .discriminatedUnion('event', [
    logged('created', Created, 'The first event, sent before the model is called.'),
    z
      .object({ event: z.literal('queued'), data: z.object({ position: count }) })
      .meta({ title: 'queued', description: 'While it waits. Only about this moment, so it has no id.' }),
    logged(
      'delta',
      z.object({ text: z.string() }),
      'More text: of the last part where that is text, else of a new one.',
    ),
    logged(
      'reasoning',
      z.object({ text: z.string() }),
      'More of a thought: of the last part where that is one, else of a new one.',
    ),
    logged(
      'part',
      z.object({ index: count.describe('Its place in `parts`; their number: it is a new one.'), part: PartChange }),
      'A part that is neither, or what is new of one: fields that it does not name stay.',
    ),
    logged(
      'retry',
      z.object({ attempt, afterMs: count, reason: RetryReason }),
      'This attempt failed, another follows.',
    ),
    logged('reset', z.object({ attempt, reason: ResetReason }), 'Forget all parts so far: the answer starts over.'),
    logged('final', Final, 'The last event of an answer that was finished or stopped.'),
    logged('error', Failed, 'The last event of an answer that failed.'),
  ])
  .meta({
    id: 'AnswerEvent',
    description:
      'One server-sent event: its `id` and `event`, and `data` as the JSON that it is. Comments and the field `retry` come between.',
  });
export type AnswerEvent = z.infer<typeof AnswerEvent>;

/** The data of each event, by its name. */
export type AnswerEventData = { [E in AnswerEvent as E['event']]: E['data'] };
