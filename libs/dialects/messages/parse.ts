import { z } from 'zod';
import type { ReasoningEffort, ResponseFormat } from '../../models/index.js';
import { effortOf, effortOfBudget, efforts } from '../reading/effort.js';
import { anyObject, defined, read, tokens } from '../reading/fields.js';
import { refuseNever } from '../reading/never.js';
import { type ParseOptions, type ProgramRequest, Turns } from '../reading/request.js';
import { schemaOf } from '../reading/tools.js';
import { CONTENT, textsOf } from './content.js';
import { type MessagesHead, messagesHead } from './head.js';
import { messagesTools } from './tools.js';
import { readMessages } from './turns.js';

export interface MessagesCall extends MessagesHead {
  request: ProgramRequest;
}

const THINKING = z.discriminatedUnion('type', [
  z.object({ type: z.literal('enabled'), budget_tokens: z.int().min(1024) }),
  z.object({ type: z.literal('adaptive') }),
  z.object({ type: z.literal('disabled') }),
  z.object({ type: z.literal('between_tools') }),
]);
const OUTPUT = z.object({
  effort: efforts.nullish(),
  format: z.object({ type: z.literal('json_schema'), schema: anyObject }).nullish(),
});
const BODY = z.object({
  messages: z.unknown().optional(),
  tools: z.unknown().optional(),
  tool_choice: z.unknown().optional(),
  system: CONTENT.nullish(),
  temperature: z.number().min(0).max(1).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.int().min(0).nullish(),
  stop_sequences: z.array(z.string()).nullish(),
  thinking: THINKING.nullish(),
  output_config: OUTPUT.nullish(),
  // The beta's name of `output_config.format`.
  output_format: OUTPUT.shape.format,
  // Nobody reads these.
  metadata: z.object({ user_id: z.string().nullish() }).nullish(),
});
type Body = z.infer<typeof BODY>;

/** A message's body as the inner form has it. Unknown fields are passed over. Throws a DialectError. */
export function parseMessages(body: unknown, options: ParseOptions = {}): MessagesCall {
  read(z.object({ max_tokens: tokens }), body);
  return parseCounted(body, options);
}

/** The same of `count_tokens`, which has no limit. */
export function parseCounted(body: unknown, { passFields = [] }: ParseOptions = {}): MessagesCall {
  const head = messagesHead(body);
  refuseNever(body as object, passFields);
  const fields = read(BODY, body);
  const turns = new Turns();
  if (fields.system) turns.instruct(textsOf(fields.system, ['system']));
  readMessages(fields.messages, turns);
  const request: ProgramRequest = {
    model: head.model,
    turns: turns.turns,
    instructions: turns.instructionsText,
    maxTokens: head.maxTokens,
    ...messagesTools(fields),
    responseFormat: formatOf(fields),
    temperature: fields.temperature ?? undefined,
    topP: fields.top_p ?? undefined,
    topK: fields.top_k ?? undefined,
    stop: fields.stop_sequences?.length ? fields.stop_sequences : undefined,
    reasoningEffort: thoughtsOf(fields),
  };
  return { ...head, request: defined(request) };
}

/** Anthropic's formats have no name, and hold to the letter. */
function formatOf({ output_config, output_format }: Body): ResponseFormat | undefined {
  const format = output_config?.format ?? output_format;
  return format ? schemaOf({ name: 'answer', schema: format.schema, strict: true }) : undefined;
}

/** `adaptive` thinks as much as `effort` says, which is `high` where it is left out. */
function thoughtsOf({ thinking, output_config }: Body): ReasoningEffort | undefined {
  const effort = effortOf(output_config?.effort);
  if (thinking?.type === 'enabled') return effortOfBudget(thinking.budget_tokens);
  if (thinking?.type === 'adaptive') return effort ?? 'high';
  return thinking ? 'none' : effort;
}
