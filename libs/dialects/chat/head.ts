import { z } from 'zod';
import { read, refused, tokens } from '../reading/fields.js';

/** What the front door must know of a chat completion before anybody is asked. */
export interface ChatHead {
  model: string;
  stream: boolean;
  /** Usage comes in a chunk of its own at the end of the stream. */
  includeUsage: boolean;
  /** Most tokens of the answer, with its thoughts. */
  maxTokens?: number;
}

const HEAD = z.object({
  model: z.string().min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.int().nullish(),
  max_tokens: tokens.nullish(),
  max_completion_tokens: tokens.nullish(),
});

/** Throws a DialectError. */
export function chatHead(body: unknown): ChatHead {
  const { model, stream, stream_options, n, max_tokens, max_completion_tokens } = read(HEAD, body);
  if ((n ?? 1) !== 1) throw refused(['n'], 'Only one answer is given: n is 1.', 'unsupported_value');
  const maxTokens = max_completion_tokens ?? max_tokens ?? undefined;
  return {
    model,
    stream: stream === true,
    includeUsage: stream_options?.include_usage === true,
    ...(maxTokens !== undefined && { maxTokens }),
  };
}
