import type { ResponsesHead } from './head.js';

/** The fields of a call that its response repeats, as they came. */
export type ResponsesEcho = Record<string, unknown>;

const DEFAULTS: ResponsesEcho = {
  instructions: null,
  max_output_tokens: null,
  metadata: {},
  parallel_tool_calls: true,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  temperature: null,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: null,
  truncation: 'disabled',
  user: null,
};

/** What a response says of the call that it answers. `input` is not among it. */
export function echoOf(body: Record<string, unknown>, head: ResponsesHead): ResponsesEcho {
  const said = Object.keys(DEFAULTS).map((field) => [field, body[field] ?? DEFAULTS[field]]);
  const { store, background, previousResponseId = null } = head;
  return { ...Object.fromEntries(said), store, background, previous_response_id: previousResponseId };
}
