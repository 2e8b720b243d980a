import { anthropic, type Dialect, openAi } from './dialect.testing.js';
import type { ModelRequest } from './model.js';
import { hear, question } from './model.testing.js';
import { Upstream } from './upstream.testing.js';

const schema = { type: 'object', properties: {}, additionalProperties: false };
const tools = [{ name: 'f', inputSchema: schema }];
const responseFormat = { type: 'json-schema', name: 'a', schema } as const;
const refused = (message: string) => ({ error: { message, type: 'invalid_request_error' } });
/** Settings of chat's own beside them, so that there is something to leave out. */
const usual = { instructions: 'Be kind.', temperature: 0.3, maxTokens: 9, reasoningEffort: 'low' } as const;

let upstream: Upstream;
beforeEach(async () => void (upstream = await Upstream.start()));
afterEach(() => upstream.stop());

const rows: Array<[Dialect, string, Partial<ModelRequest>]> = [
  [openAi, "Unknown parameter: 'tools'", { tools }],
  [openAi, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set', { tools }],
  [openAi, 'm does not support tools', { tools }],
  [openAi, "Unsupported parameter: 'parallel_tool_calls'", { tools, parallelToolCalls: false }],
  [openAi, "Invalid parameter: 'response_format' of type 'json_schema' is not supported", { responseFormat }],
  [openAi, "'messages' must contain the word 'json' to use 'response_format'", { responseFormat: { type: 'json' } }],
  [openAi, "Unrecognized request argument supplied: 'seed'", { seed: 7 }],
  [openAi, "Unsupported parameter: 'logprobs' is not supported with this model.", { logprobs: 1 }],
  [openAi, "Unsupported parameter: 'stop' is not supported with this model.", { stop: ['#'] }],
  [openAi, "Unsupported parameter: 'top_p'", { topP: 0.5 }],
  [openAi, "Unsupported parameter: 'presence_penalty'", { presencePenalty: 1 }],
  [anthropic, 'tools.0.custom.strict: Extra inputs are not permitted', { tools }],
  [anthropic, 'tool_choice: Extra inputs are not permitted', { tools, toolChoice: 'none' }],
  [anthropic, '`top_k`: not supported by this model', { topK: 7 }],
  [anthropic, 'stop_sequences: each stop sequence must contain non-whitespace', { stop: [' '] }],
  [
    anthropic,
    "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false",
    { responseFormat },
  ],
];

it.each(rows)('what a program asks for is never left out: %s', async (dialect, words, asked) => {
  upstream.reply = (call) => call.json(400, refused(words));
  const model = dialect.make(upstream.url);
  const { error } = await hear(model, question('Hi', { model: 'claude-sonnet-4-5', ...usual, ...asked }));
  expect(error).toMatchObject({ code: 'model_refused', retryable: false, free: true });
  expect(error.message).toContain(words);
  expect(upstream.calls).toHaveLength(1);
  await model.close();
});

it('a setting of chat’s own is left out beside it', async () => {
  upstream.reply = (call) => {
    if ('temperature' in call.body) call.json(400, refused('temperature is not supported'));
    else call.end(openAi.say('good') + openAi.finish());
  };
  const model = openAi.make(upstream.url);
  expect(await hear(model, question('Hi', { ...usual, tools, seed: 7 }))).toMatchObject({ text: 'good' });
  expect(upstream.calls[1].body).toMatchObject({ seed: 7, tools: [{}] });
  await model.close();
});

it.each([
  'output_config: Extra inputs are not permitted',
  'output_config.format: Extra inputs are not permitted',
  'This model does not support structured outputs.',
])('a model that writes by no schema gets it as a tool, from then on: %s', async (words) => {
  upstream.reply = (call) => {
    if (call.body.output_config?.format) return call.json(400, refused(words));
    const { name } = call.body.tools[0];
    call.end(...anthropic.call(0, 'c1', name, '{"a"', ':1}'), anthropic.finish(7, 'tool-calls'));
  };
  const model = anthropic.make(upstream.url);
  for (const calls of [2, 3]) {
    const heard = await hear(model, question('Hi', { model: 'claude-sonnet-4-5', responseFormat }));
    expect(heard).toMatchObject({ text: '{"a":1}', finishReason: 'stop', error: undefined });
    expect(upstream.calls).toHaveLength(calls);
  }
  await model.close();
});
