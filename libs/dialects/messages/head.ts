import { z } from 'zod';
import { read, tokens } from '../reading/fields.js';

/** What the front door must know of a message before anybody is asked. */
export interface MessagesHead {
  model: string;
  stream: boolean;
  /** Most tokens of the answer, with its thoughts. `count_tokens` has none. */
  maxTokens?: number;
}

const HEAD = z.object({ model: z.string().min(1), stream: z.boolean().nullish(), max_tokens: tokens.nullish() });

/** Throws a DialectError. */
export function messagesHead(body: unknown): MessagesHead {
  const { model, stream, max_tokens } = read(HEAD, body);
  return { model, stream: stream === true, ...(typeof max_tokens === 'number' && { maxTokens: max_tokens }) };
}
