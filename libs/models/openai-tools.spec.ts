import type { ModelRequest, ModelTurn, ToolResultPart } from './model.js';
import { textTurn } from './model.js';
import { question } from './model.testing.js';
import { OpenAiBodies } from './openai-body.js';

const openai = 'https://api.openai.com/v1';
const local = 'http://localhost:8000/v1';
const body = (request: Partial<ModelRequest>, baseURL = openai) =>
  JSON.parse(JSON.stringify(new OpenAiBodies(baseURL).body({ ...question(), ...request }, { without: new Set() })));
const inputSchema = { type: 'object', properties: { port: { type: 'string' } } };
const tide = { name: 'tide', description: 'When it turns.', inputSchema, strict: true };
const tools = [tide, { name: 'noop', inputSchema: {} }];

it('tools go as functions, and nothing of them where there are none', () => {
  expect(body({ tools }).tools).toEqual([
    {
      type: 'function',
      function: { name: 'tide', description: 'When it turns.', parameters: inputSchema, strict: true },
    },
    { type: 'function', function: { name: 'noop', parameters: {} } },
  ]);
  const none = body({ tools: [], toolChoice: 'required', parallelToolCalls: false });
  expect(none).not.toHaveProperty('tools');
  expect(none).not.toHaveProperty('tool_choice');
  expect(none).not.toHaveProperty('parallel_tool_calls');
});

it.each([
  ['auto', 'auto'],
  ['none', 'none'],
  ['required', 'required'],
  [{ toolName: 'tide' }, { type: 'function', function: { name: 'tide' } }],
  [undefined, undefined],
] as const)('the choice %j goes as %j', (toolChoice, tool_choice) => {
  expect(body({ tools, toolChoice }).tool_choice).toEqual(tool_choice);
});

it('all else that programs ask for has its field', () => {
  const asked = body({
    ...{ tools, parallelToolCalls: false, stop: ['###'], topP: 0.9, seed: 7, presencePenalty: 1, frequencyPenalty: -1 },
    ...{ logprobs: 3, topK: 40 },
  });
  expect(asked).toMatchObject({
    ...{ parallel_tool_calls: false, stop: ['###'], top_p: 0.9, seed: 7, presence_penalty: 1, frequency_penalty: -1 },
    ...{ logprobs: true, top_logprobs: 3 },
  });
  // Its own API refuses it.
  expect(asked).not.toHaveProperty('top_k');
  expect(body({ topK: 40 }, local).top_k).toBe(40);
  expect(body({ logprobs: 0, stop: [] })).toMatchObject({ logprobs: true });
  expect(body({ logprobs: 0 })).not.toHaveProperty('top_logprobs');
  expect(body({ stop: [] })).not.toHaveProperty('stop');
});

it.each([
  [{ type: 'json' }, { type: 'json_object' }],
  [
    { type: 'json-schema', name: 'a', schema: inputSchema, strict: true },
    { type: 'json_schema', json_schema: { name: 'a', schema: inputSchema, strict: true } },
  ],
] as const)('the form %j goes as %j', (responseFormat, response_format) => {
  expect(body({ responseFormat }).response_format).toEqual(response_format);
});

describe('a turn with tools', () => {
  const data = Buffer.from('bytes');
  const png = { type: 'file', filename: 'a.png', mediaType: 'image/png', data } as const;
  const answer: ModelTurn = {
    role: 'assistant',
    parts: [
      { type: 'reasoning', text: 'Hm.', providerMetadata: {} },
      { type: 'tool-call', toolCallId: 'call_1', toolName: 'tide', input: '{"port":"Emden"}' },
      {
        ...{ type: 'tool-call', toolCallId: 'call_2', toolName: 'noop', input: '' },
        providerMetadata: { extra_content: { google: { thought_signature: 's' } } },
      },
    ],
  };
  const result = (toolCallId: string, more: Partial<ToolResultPart>): ToolResultPart => ({
    ...{ type: 'tool-result', toolCallId, content: [{ type: 'text', text: 'noon' }] },
    ...more,
  });
  const messages = (results: ToolResultPart[], baseURL?: string) =>
    body({ turns: [textTurn('user', 'When?'), answer, { role: 'user', parts: results }] }, baseURL).messages;
  const calls = [
    { id: 'call_1', type: 'function', function: { name: 'tide', arguments: '{"port":"Emden"}' } },
    {
      ...{ id: 'call_2', type: 'function', function: { name: 'noop', arguments: '{}' } },
      extra_content: { google: { thought_signature: 's' } },
    },
  ];

  it('is messages of their own', () => {
    expect(messages([result('call_1', {}), result('call_2', { content: [], isError: true })])).toEqual([
      { role: 'user', content: 'When?' },
      { role: 'assistant', content: null, tool_calls: calls },
      { role: 'tool', tool_call_id: 'call_1', content: 'noon' },
      { role: 'tool', tool_call_id: 'call_2', content: 'The tool failed.' },
    ]);
  });

  it('shows the pictures of results behind all of them', () => {
    const content = [{ type: 'text' as const, text: 'This:' }, png];
    const [, , first, second, shown] = messages([result('call_1', { content }), result('call_2', {})]);
    expect(first).toEqual({
      ...{ role: 'tool', tool_call_id: 'call_1' },
      content: 'This:\n\nThe files of this result follow in the next message.',
    });
    expect(second.content).toBe('noon');
    expect(shown).toEqual({
      role: 'user',
      content: [
        { type: 'text', text: 'Files in the result of the tool call call_1:\n\n' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,Ynl0ZXM=' } },
      ],
    });
  });

  it('has ids as each server takes them, the same for call and result', () => {
    const idsAt = (baseURL: string, toolCallId: string) => {
      const call: ModelTurn = { role: 'assistant', parts: [{ ...answer.parts[1], toolCallId } as any] };
      const turns = [textTurn('user', 'When?'), call, { role: 'user' as const, parts: [result(toolCallId, {})] }];
      const [, asked, told] = body({ turns }, baseURL).messages;
      expect(told.tool_call_id).toBe(asked.tool_calls[0].id);
      return told.tool_call_id;
    };
    const mistral = 'https://api.mistral.ai/v1';
    expect(idsAt(openai, 'toolu_01ABC')).toBe('toolu_01ABC');
    expect(idsAt(openai, 'x'.repeat(41))).toMatch(/^[0-9a-f]{40}$/);
    expect(idsAt(mistral, 'AbCd12345')).toBe('AbCd12345');
    expect(idsAt(mistral, 'toolu_01ABC')).toMatch(/^[0-9a-f]{9}$/);
  });

  it('brings DeepSeek the thoughts before its calls, and nobody else', () => {
    expect(messages([], 'https://api.deepseek.com/v1')[1].reasoning_content).toBe('Hm.');
    expect(messages([])[1]).not.toHaveProperty('reasoning_content');
  });
});
