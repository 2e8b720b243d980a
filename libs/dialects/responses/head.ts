import { z } from 'zod';
import { read, refused, tokens } from '../reading/fields.js';

/** What the front door must know of a response before anybody is asked. */
export interface ResponsesHead {
  model: string;
  stream: boolean;
  /** It is kept. Unlike OpenAI's it is not, unless that is said or it runs in the background. */
  store: boolean;
  background: boolean;
  /** One of ours. */
  previousResponseId?: string;
  /** Most tokens of the answer, with its thoughts. */
  maxTokens?: number;
}

const HEAD = z.object({
  model: z.string().min(1),
  stream: z.boolean().nullish(),
  store: z.boolean().nullish(),
  background: z.boolean().nullish(),
  previous_response_id: z.string().min(1).nullish(),
  max_output_tokens: tokens.nullish(),
});

/** Throws a DialectError. */
export function responsesHead(body: unknown): ResponsesHead {
  const { model, stream, store, background, previous_response_id, max_output_tokens } = read(HEAD, body);
  if (background && store === false) {
    throw refused(['store'], 'A response in the background is stored.', 'invalid_value');
  }
  return {
    model,
    stream: stream === true,
    store: store === true || background === true,
    background: background === true,
    ...(previous_response_id && { previousResponseId: previous_response_id }),
    ...(typeof max_output_tokens === 'number' && { maxTokens: max_output_tokens }),
  };
}
