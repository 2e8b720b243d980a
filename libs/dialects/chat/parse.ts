import { z } from 'zod';
import { defined, labels, read, refused, textOrTexts } from '../reading/fields.js';
import { effortOf, efforts } from '../reading/effort.js';
import { refuseNever } from '../reading/never.js';
import { type ParseOptions, type ProgramRequest, Turns } from '../reading/request.js';
import { is, isEmpty, nothing, refuseUntranslated, type Untranslated } from '../reading/untranslated.js';
import { type ChatHead, chatHead } from './head.js';
import { readMessages } from './messages.js';
import { chatTools, formatOf } from './tools.js';

export interface ChatCall extends ChatHead {
  request: ProgramRequest;
}

const BODY = z.object({
  messages: z.unknown().optional(),
  tools: z.unknown().optional(),
  tool_choice: z.unknown().optional(),
  response_format: z.unknown().optional(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.int().nullish(),
  seed: z.int().nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  stop: textOrTexts.nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  reasoning_effort: efforts.nullish(),
  prompt_cache_key: z.string().nullish(),
  // Nobody reads these.
  user: z.string().nullish(),
  metadata: labels.nullish(),
  safety_identifier: z.string().nullish(),
});
type Body = z.infer<typeof BODY>;

const UNTRANSLATED: Untranslated = {
  logit_bias: isEmpty,
  prediction: nothing,
  audio: nothing,
  modalities: (value) => Array.isArray(value) && value.every((one) => one === 'text'),
  functions: isEmpty,
  function_call: is('none', 'auto'),
  verbosity: is('medium'),
};

/** A chat completion's body as the inner form has it. Unknown fields are passed over. Throws a DialectError. */
export function parseChat(body: unknown, { passFields = [], upstream }: ParseOptions = {}): ChatCall {
  const head = chatHead(body);
  refuseNever(body as object, passFields);
  refuseUntranslated(body as object, UNTRANSLATED);
  const fields = read(BODY, body);
  if (fields.logprobs && upstream === 'anthropic') throw untold();
  const turns = new Turns();
  readMessages(fields.messages, turns);
  const offered = chatTools(fields);
  const request: ProgramRequest = {
    model: head.model,
    turns: turns.turns,
    instructions: turns.instructionsText,
    maxTokens: head.maxTokens,
    ...offered,
    parallelToolCalls: offered.tools ? (fields.parallel_tool_calls ?? undefined) : undefined,
    responseFormat: formatOf(fields.response_format),
    ...settingsOf(fields),
  };
  return { ...head, request: defined(request) };
}

export const untold = (field = 'logprobs') =>
  refused([field], 'The model that is asked tells no probabilities.', 'unsupported_parameter');

function settingsOf(fields: Body): Partial<ProgramRequest> {
  const { stop } = fields;
  return {
    temperature: fields.temperature ?? undefined,
    topP: fields.top_p ?? undefined,
    topK: fields.top_k ?? undefined,
    seed: fields.seed ?? undefined,
    presencePenalty: fields.presence_penalty ?? undefined,
    frequencyPenalty: fields.frequency_penalty ?? undefined,
    stop: typeof stop === 'string' ? [stop] : (stop ?? undefined),
    logprobs: fields.logprobs ? (fields.top_logprobs ?? 0) : undefined,
    reasoningEffort: effortOf(fields.reasoning_effort),
    cacheKey: fields.prompt_cache_key ?? undefined,
  };
}
