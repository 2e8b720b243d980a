import { z } from 'zod';
import { effortOf, efforts } from '../reading/effort.js';
import { defined, labels, read, refused } from '../reading/fields.js';
import { refuseNever } from '../reading/never.js';
import { type ParseOptions, type ProgramRequest, Turns } from '../reading/request.js';
import { is, isEmpty, refuseUntranslated, type Untranslated } from '../reading/untranslated.js';
import { echoOf, type ResponsesEcho } from './echo.js';
import { type ResponsesHead, responsesHead } from './head.js';
import { readInput } from './items.js';
import { formatOf, responsesTools } from './tools.js';

export interface ResponsesCall extends ResponsesHead {
  /** Without what a previous response holds. */
  request: ProgramRequest;
  /** What every form of the response repeats of its call. JSON, to be kept with a stored one. */
  echo: ResponsesEcho;
}

const BODY = z.object({
  input: z.unknown().optional(),
  instructions: z.string().nullish(),
  tools: z.unknown().optional(),
  tool_choice: z.unknown().optional(),
  text: z.object({ format: z.looseObject({ type: z.string() }).nullish(), verbosity: z.string().nullish() }).nullish(),
  reasoning: z.object({ effort: efforts.nullish() }).nullish(),
  include: z.array(z.string()).nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  prompt_cache_key: z.string().nullish(),
  // Nobody reads these.
  user: z.string().nullish(),
  metadata: labels.nullish(),
  safety_identifier: z.string().nullish(),
});
type Body = z.infer<typeof BODY>;

const UNTRANSLATED: Untranslated = { truncation: is('disabled'), context_management: isEmpty };

/** The front door keeps these for itself. */
export const TAKEN = ['store', 'previous_response_id'] as const;

/** A response's body as the inner form has it. Unknown fields are passed over. Throws a DialectError. */
export function parseResponses(body: unknown, { passFields = [], upstream }: ParseOptions = {}): ResponsesCall {
  const head = responsesHead(body);
  refuseNever(body as object, passFields, TAKEN);
  refuseUntranslated(body as object, UNTRANSLATED);
  const fields = read(BODY, body);
  refuseDetails(fields, upstream);
  const turns = new Turns();
  if (fields.instructions) turns.instruct(fields.instructions);
  readInput(fields.input, turns);
  const offered = responsesTools(fields);
  const request: ProgramRequest = {
    model: head.model,
    turns: turns.turns,
    instructions: turns.instructionsText,
    maxTokens: head.maxTokens,
    ...offered,
    parallelToolCalls: offered.tools ? (fields.parallel_tool_calls ?? undefined) : undefined,
    responseFormat: formatOf(fields.text?.format),
    reasoningEffort: effortOf(fields.reasoning?.effort),
    temperature: fields.temperature ?? undefined,
    topP: fields.top_p ?? undefined,
    logprobs: asksLogprobs(fields) ? (fields.top_logprobs ?? 0) : undefined,
    cacheKey: fields.prompt_cache_key ?? undefined,
  };
  return { ...head, request: defined(request), echo: echoOf(body as Record<string, unknown>, head) };
}

const asksLogprobs = ({ include, top_logprobs }: Body) =>
  Boolean(include?.includes('message.output_text.logprobs') || top_logprobs);

function refuseDetails(fields: Body, upstream: ParseOptions['upstream']): void {
  if ((fields.text?.verbosity ?? 'medium') !== 'medium') {
    throw refused(['text', 'verbosity'], 'This field can not be translated for the model that is asked.');
  }
  if (upstream === 'anthropic' && asksLogprobs(fields)) {
    throw refused(
      [fields.top_logprobs ? 'top_logprobs' : 'include'],
      'The model that is asked tells no probabilities.',
    );
  }
}
