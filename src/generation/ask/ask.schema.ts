import { z } from 'zod';
import { validationFailed } from '../../http/validation.pipe.js';
import { isId } from '../ids.js';

const MAX_INSTRUCTIONS = 20_000;

/** A question, or another answer to one. Ids that are none are unknown, not malformed. */
export const askBody = z.strictObject({
  message: z.string().optional(),
  conversationId: z.string().max(100).optional(),
  parentMessageId: z.string().max(100).nullable().optional(),
  answerTo: z.string().max(100).optional(),
  model: z.string().min(1).max(200).optional(),
  instructions: z.string().max(MAX_INSTRUCTIONS).optional(),
  temperature: z.number().min(0).max(2).optional(),
  maxTokens: z.number().int().min(1).max(10_000_000).optional(),
});

export type AskBody = z.infer<typeof askBody>;

/** What the fields say together. Throws `validation_failed`. */
export function checkAsk(body: AskBody, maxChars: number): void {
  const refuse = (path: string, message: string): never => {
    throw validationFailed([{ path, message }]);
  };
  if (body.answerTo !== undefined) {
    if (body.message !== undefined) refuse('message', 'does not go with answerTo');
    if (body.parentMessageId !== undefined) refuse('parentMessageId', 'does not go with answerTo');
    if (body.conversationId === undefined) refuse('conversationId', 'is required with answerTo');
    return;
  }
  if (body.message === undefined) return refuse('message', 'is required');
  if (body.message.trim() === '') refuse('message', 'must not be empty');
  if (body.message.length > maxChars) refuse('message', `must have at most ${maxChars} characters`);
  if (body.parentMessageId && body.conversationId === undefined) {
    refuse('conversationId', 'is required with parentMessageId');
  }
}

const MAX_KEY = 255;

/** Checks the `Idempotency-Key` header. Throws `validation_failed`. */
export function checkKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const isKey = typeof header === 'string' && header.length >= 1 && header.length <= MAX_KEY;
  if (isKey) return header;
  throw validationFailed([{ path: 'Idempotency-Key', message: `must have 1 to ${MAX_KEY} characters` }]);
}

/** Whether an id may name something; anything else is unknown without a look. */
export function mayName(id: string | null | undefined): boolean {
  return id === null || id === undefined || isId(id);
}
