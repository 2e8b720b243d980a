import { anthropic, type Dialect, openAi } from './dialect.testing.js';
import { hear, question } from './model.testing.js';
import { tokenLimit } from './refused-settings.js';
import { Upstream, type UpstreamCall } from './upstream.testing.js';

/** What a provider refuses, its words for it, and how the question goes then. */
type Refusal = [name: string, dialect: Dialect, refuses: (body: any) => boolean, words: string, then: object];

const asked = question('Hi', { instructions: 'Be kind.', temperature: 0.3, maxTokens: 100_000 });
const thinking = { ...asked, reasoningEffort: 'minimal' } as const;
const system = { role: 'system', content: 'Be kind.' };
const both = [{ role: 'user', content: 'Be kind.\n\nHi' }];
const hasSystem = ({ messages }: any) => messages[0].role === 'system';
const hasTemperature = (body: object) => 'temperature' in body;
const hasOptions = (body: object) => 'stream_options' in body;

// prettier-ignore
const refusals: Refusal[] = [
  ['vLLM: max_tokens beyond the window (upstream/vllm-max-tokens)', openAi, (body) => 'max_tokens' in body, "This model's maximum context length is 4096 tokens. However, you requested 100012 tokens (12 in the messages, 100000 in the completion). Please reduce the length of the messages or completion.", { max_tokens: undefined, messages: [system, { role: 'user', content: 'Hi' }] }],
  ['vLLM: the same in newer words', openAi, (body) => 'max_tokens' in body, "'max_tokens' or 'max_completion_tokens' is too large: 100000. This model's maximum context length is 4096 tokens and your request has 12 input tokens (100000 > 4096 - 12).", { max_tokens: undefined }],
  ['OpenAI: more than the model writes', openAi, (body) => 'max_tokens' in body, 'max_tokens is too large: 100000. This model supports at most 16384 completion tokens.', { max_tokens: undefined }],
  ['an invalid parameter (upstream/no-stream-options-invalid)', openAi, hasOptions, 'Invalid parameter: stream_options', { stream_options: undefined }],
  ['a field of it', openAi, hasOptions, 'Extra inputs are not permitted: stream_options.include_usage', { stream_options: undefined }],
  ['Kimi: one temperature only (upstream/kimi-temperature)', openAi, hasTemperature, 'invalid temperature: only 1 is allowed for this model', { temperature: undefined }],
  ['a temperature in capitals (upstream/temperature-capital)', openAi, hasTemperature, 'Temperature is not supported for this model', { temperature: undefined }],
  ['no temperature while it thinks (upstream/temperature-must-be-1)', openAi, hasTemperature, '`temperature` may only be set to 1 when thinking is enabled.', { temperature: undefined }],
  ['the same in other words (upstream/temperature-must-be-1)', openAi, hasTemperature, '`temperature` must be 1 when reasoning is enabled', { temperature: undefined }],
  ['Gemma: no system role (upstream/system-role-gemma)', openAi, hasSystem, 'System role not supported', { messages: both }],
  ['Gemma at Google', openAi, hasSystem, 'Developer instruction is not enabled for models/gemma-3', { messages: both }],
  ['roles that alternate', openAi, hasSystem, 'Conversation roles must alternate user/assistant/user/assistant/...', { messages: both }],
  ['o1: no system role (upstream/system-role-o1)', openAi, hasSystem, "Unsupported value: 'messages[0].role' does not support 'system' with this model.", { messages: both }],
  ['a limit of a gateway’s own name', anthropic, ({ max_tokens }) => max_tokens > 8192, 'max_tokens: 100000 > 8192, which is the maximum allowed number of output tokens for my-haiku', { max_tokens: 8192 }],
  ['a limit without a number', anthropic, ({ max_tokens }) => max_tokens > 60_000, 'max_tokens is too large', { max_tokens: 50_000 }],
  ['what the question leaves of the window', anthropic, ({ max_tokens }) => max_tokens > 10_000, 'input length and `max_tokens` exceed context limit: 190000 + 100000 > 200000', { max_tokens: 10_000 }],
  ['OpenAI: an effort that others have', openAi, (body) => body.reasoning_effort === 'minimal', "Unsupported value: 'minimal' is not supported with the 'm' model. Supported values are: 'none', 'low', 'medium', and 'high'.", { reasoning_effort: 'low' }],
  ['vLLM: an effort that others have', openAi, (body) => body.reasoning_effort === 'minimal', "reasoning_effort: Input should be 'medium' or 'high'", { reasoning_effort: 'medium' }],
  ['xAI: no effort at all', openAi, (body) => 'reasoning_effort' in body, 'Argument not supported on this model: reasoningEffort', { reasoning_effort: undefined }],
  ['no effort known', openAi, (body) => 'reasoning_effort' in body, 'Unrecognized request argument supplied: reasoning_effort', { reasoning_effort: undefined }],
  ['Anthropic: thinking by its own measure only', anthropic, ({ thinking }) => thinking?.type === 'enabled', '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.', { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'low' } }],
  ['no thinking at all', anthropic, (body) => 'thinking' in body, 'thinking: Extra inputs are not permitted', { thinking: undefined, temperature: 0.3 }],
  ['no marks for a cache', anthropic, ({ system }) => Array.isArray(system), 'system.0.cache_control: Extra inputs are not permitted', { system: 'Be kind.' }],
  ['instructions as a text only', anthropic, ({ system }) => Array.isArray(system), 'system: Input should be a valid string', { system: 'Be kind.' }],
  ['no system of its own', anthropic, (body) => 'system' in body, 'system: role not supported', { system: undefined, messages: both }],
];

describe('a setting that a provider refuses', () => {
  let upstream: Upstream;
  beforeEach(async () => void (upstream = await Upstream.start()));
  afterEach(() => upstream.stop());

  const scripted = (dialect: Dialect, refuses: Refusal[2], words: string) => (call: UpstreamCall) => {
    if (refuses(call.body)) call.json(400, { error: { message: words, type: 'invalid_request_error' } });
    else call.end(dialect.say('good') + dialect.finish());
  };

  it.each(refusals)('is mended at once: %s', async (name, dialect, refuses, words, then) => {
    upstream.reply = scripted(dialect, refuses, words);
    const model = dialect.make(upstream.url);
    const request = /effort|thinking/.test(name) ? thinking : asked;
    expect(await hear(model, request)).toMatchObject({ text: 'good', error: undefined });
    expect(upstream.calls).toHaveLength(2);
    expect({ ...upstream.calls[1].body, ...then }).toEqual({ ...upstream.calls[1].body });
    await model.close();
  });

  it('may be several, and is known from then on', async () => {
    upstream.reply = (call) => {
      const [words] = [
        hasOptions(call.body) && 'unknown field stream_options',
        hasTemperature(call.body) && 'unknown field temperature',
        hasSystem(call.body) && 'System role not supported',
      ].filter(Boolean);
      if (words) call.json(422, { detail: words });
      else call.end(openAi.say('good') + openAi.finish());
    };
    const model = openAi.make(upstream.url);
    for (const calls of [4, 5]) {
      expect(await hear(model, asked)).toMatchObject({ text: 'good', error: undefined });
      expect(upstream.calls).toHaveLength(calls);
    }
    await model.close();
  });

  it('may be told in the stream, before any word', async () => {
    upstream.reply = (call) => {
      if (hasTemperature(call.body)) call.end(openAi.error('invalid_request_error', 'temperature is not supported'));
      else call.end(openAi.say('good') + openAi.finish());
    };
    const model = openAi.make(upstream.url);
    expect(await hear(model, asked)).toMatchObject({ text: 'good', error: undefined });
    await model.close();
  });

  it('is a limit that nobody chose but we (upstream/a-max-tokens-too-big)', async () => {
    const words = 'max_tokens: 32000 > 8192, which is the maximum allowed number of output tokens for my-haiku';
    upstream.reply = scripted(anthropic, ({ max_tokens }) => max_tokens > 8192, words);
    const model = anthropic.make(upstream.url);
    for (let i = 0; i < 2; i++) {
      expect(await hear(model, question('Hi', { model: 'my-haiku' }))).toMatchObject({
        text: 'good',
        error: undefined,
      });
    }
    expect(upstream.calls.map(({ body }) => body.max_tokens)).toEqual([32_000, 8192, 8192]);
    await model.close();
  });

  it('is a limit of tokens for this question only, where the limit is OpenAI’s kind', async () => {
    upstream.reply = scripted(openAi, ({ max_tokens }) => max_tokens > 5000, 'max_tokens is too large: at most 4096');
    const model = openAi.make(upstream.url);
    await hear(model, asked);
    await hear(model, { ...asked, maxTokens: 50 });
    expect(upstream.calls.map(({ body }) => body.max_tokens)).toEqual([100_000, undefined, 50]);
    await model.close();
  });
});

it.each([
  ["This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.", undefined],
  [
    'context length is 4096 tokens. However, you requested 9100 (9000 in the messages, 100 in the completion)',
    undefined,
  ],
  ['input length and `max_tokens` exceed context limit: 210000 + 100 > 200000', undefined],
  ['max_tokens must be at least 1', undefined],
  ['prompt is too long: 210000 tokens > 200000 maximum', undefined],
  ['Invalid max_tokens value, the valid range of max_tokens is [1, 8192]', 8192],
])('a refusal is one for its limit of tokens only where it says so: %s', (words, tokens) => {
  expect(tokenLimit(words, 32_000)?.tokens).toBe(tokens);
});
