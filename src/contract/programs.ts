import { z } from 'zod';

/** What stands under /v1, as far as every call has it: the rest is OpenAI's and Anthropic's. For its document only. */
const model = z.string().describe('`<endpoint>/<model>`, or a model that one endpoint alone has.');
const stream = z.boolean().optional().describe('The answer comes as server-sent events.');
const messages = z.array(z.looseObject({ role: z.string() }));

export const ChatCompletionBody = z.looseObject({ model, messages, stream });
export const ChatCompletion = z.looseObject({
  id: z.string(),
  object: z.literal('chat.completion'),
  model: z.string(),
  choices: z.array(z.looseObject({})),
});
export const ChatCompletionChunk = z.looseObject({ id: z.string(), object: z.literal('chat.completion.chunk') });

export const MessagesBody = z.looseObject({ model, messages, max_tokens: z.int(), stream });
export const Message = z.looseObject({
  id: z.string(),
  type: z.literal('message'),
  content: z.array(z.looseObject({})),
});
export const MessageEvent = z.looseObject({ type: z.string() });

export const CountTokensBody = z.looseObject({ model, messages });
export const TokenCount = z.looseObject({ input_tokens: z.int() });

export const EmbeddingsBody = z.looseObject({ model, input: z.union([z.string(), z.array(z.unknown())]) });
export const Embeddings = z.looseObject({ object: z.literal('list'), data: z.array(z.looseObject({})) });

export const ProgramModel = z.looseObject({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string().describe('Its endpoint.'),
});
export const ProgramModels = z.looseObject({ object: z.literal('list'), data: z.array(ProgramModel) });
