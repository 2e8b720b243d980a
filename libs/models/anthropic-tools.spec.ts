import { AnthropicBodies } from './anthropic-body.js';
import { type ModelRequest, type ModelTurn, textTurn, type ToolResultPart } from './model.js';
import { question } from './model.testing.js';

const prepare = (request: Partial<ModelRequest>, without: string[] = []) =>
  new AnthropicBodies().prepare(
    { ...question(), model: 'claude-sonnet-4-5', ...request },
    { without: new Set(without) },
  );
const body = (...given: Parameters<typeof prepare>) => JSON.parse(JSON.stringify(prepare(...given).body));
const schema = { type: 'object', properties: { port: { type: 'string' } }, additionalProperties: false };
const tools = [
  { name: 'tide', description: 'When it turns.', inputSchema: schema, strict: true },
  { name: 'noop', inputSchema: {} },
];
const sent = [
  { name: 'tide', description: 'When it turns.', input_schema: schema, strict: true },
  { name: 'noop', input_schema: { type: 'object' } },
];

it.each([
  [{}, undefined],
  [{ toolChoice: 'auto' }, { type: 'auto' }],
  [{ parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
  [
    { toolChoice: 'required', parallelToolCalls: true },
    { type: 'any', disable_parallel_tool_use: false },
  ],
  [{ toolChoice: 'none', parallelToolCalls: false }, { type: 'none' }],
  [
    { toolChoice: { toolName: 'tide' }, parallelToolCalls: false },
    { type: 'tool', name: 'tide', disable_parallel_tool_use: true },
  ],
] as const)('tools with %j go with the choice %j', (choice, tool_choice) => {
  const { tools: known, tool_choice: chosen } = body({ tools, ...choice });
  expect([known, chosen]).toEqual([sent, tool_choice]);
});

it('all else that programs ask for has its field, or is left out', () => {
  const asked = { stop: ['###'], topP: 0.9, topK: 40, seed: 7, presencePenalty: 1, frequencyPenalty: 1, logprobs: 1 };
  expect(body(asked)).toEqual({
    ...{ model: 'claude-sonnet-4-5', max_tokens: 32_000, messages: [{ role: 'user', content: 'Hi' }], stream: true },
    ...{ stop_sequences: ['###'], top_p: 0.9, top_k: 40 },
  });
  expect(body({ stop: [] })).not.toHaveProperty('stop_sequences');
});

describe('a form of the answer', () => {
  const responseFormat = { type: 'json-schema', name: 'tide', schema } as const;
  const json = { type: 'json' } as const;
  const open = { type: 'object', properties: { at: { type: 'object', properties: {} } }, additionalProperties: false };
  const format = { type: 'json_schema', schema };
  const thinks = { reasoningEffort: 'low' } as const;

  it('is asked for by its field, where the model has that', () => {
    expect(body({ responseFormat }).output_config).toEqual({ format });
    expect(body({ responseFormat }).tools).toBeUndefined();
    // Whoever calls it strict is told what is wrong with it.
    const strict = { ...responseFormat, schema: open, strict: true };
    expect(body({ responseFormat: strict }).output_config).toEqual({ format: { type: 'json_schema', schema: open } });
    expect(body({ responseFormat, tools }).tools).toEqual(sent);
    expect(body({ responseFormat, model: 'claude-opus-4-6', ...thinks }).output_config).toEqual({
      effort: 'low',
      format,
    });
  });

  it.each([
    ['any JSON', { responseFormat: json }, { type: 'object', additionalProperties: true }],
    ['a schema that is not meant strictly', { responseFormat: { ...responseFormat, strict: false } }, schema],
    ['a schema that is not written strictly', { responseFormat: { ...responseFormat, schema: open } }, open],
    ['an older model', { responseFormat, model: 'claude-opus-4-1' }, schema],
    ['another model', { responseFormat, model: 'glm-4.6' }, schema],
  ])('is a tool that has to be called: %s', (_name, request, input_schema) => {
    const { tools: known, tool_choice, output_config, thinking } = body({ ...request, ...thinks });
    expect(known).toEqual([{ name: 'answer', description: expect.any(String), input_schema }]);
    expect(tool_choice).toEqual({ type: 'tool', name: 'answer', disable_parallel_tool_use: true });
    expect([output_config, thinking]).toEqual([undefined, undefined]);
    expect(prepare(request).formatTool).toBe('answer');
  });

  it('is a tool for a model that was found not to have the field', () => {
    const without = ['output_config.format'];
    expect(body({ responseFormat }, without)).toMatchObject({ tool_choice: { type: 'tool', name: 'answer' } });
    expect(body({ responseFormat }, without)).not.toHaveProperty('output_config');
  });

  it('stands beside the tools, one of which has to be called', () => {
    const own = [{ name: 'answer', inputSchema: {} }, ...tools];
    const beside = (toolChoice?: ModelRequest['toolChoice']) =>
      prepare({ responseFormat: json, tools: own, toolChoice });
    const names = ({ body: { tools: known } }: ReturnType<typeof prepare>) => known?.map(({ name }) => name);
    expect(names(beside())).toEqual(['answer', 'tide', 'noop', 'answer_']);
    expect(beside('auto').body.tool_choice).toEqual({ type: 'any' });
    expect(beside('none').body.tool_choice).toMatchObject({ type: 'tool', name: 'answer_' });
    // A call comes, and no text.
    expect(names(beside('required'))).toEqual(['answer', 'tide', 'noop']);
    expect(beside({ toolName: 'tide' }).formatTool).toBeUndefined();
  });
});

describe('a turn with tools', () => {
  const data = Buffer.from('bytes');
  const png = { type: 'file', filename: 'a.png', mediaType: 'image/png', data } as const;
  const call = { type: 'tool-call', toolCallId: 'call:1', toolName: 'tide', input: '{"port":"Emden"}' } as const;
  const result: ToolResultPart = {
    type: 'tool-result',
    toolCallId: 'call:1',
    content: [{ type: 'text', text: 'noon' }],
  };
  const thought = { type: 'reasoning', text: 'Hm.', providerMetadata: { signature: 'c2ln' } } as const;
  const turns = (more: Partial<ToolResultPart> = {}, before: ModelTurn['parts'] = []): ModelTurn[] => [
    textTurn('user', 'When?'),
    { role: 'assistant', parts: [...before, call] },
    { role: 'user', parts: [{ ...result, ...more }] },
  ];
  const use = { type: 'tool_use', id: 'call_1', name: 'tide', input: { port: 'Emden' } };
  const told = { type: 'tool_result', tool_use_id: 'call_1' };

  it('is blocks', () => {
    const { messages } = body({ turns: turns(), tools });
    expect(messages.slice(1)).toEqual([
      { role: 'assistant', content: [{ ...use, cache_control: { type: 'ephemeral' } }] },
      { role: 'user', content: [{ ...told, content: 'noon' }] },
    ]);
  });

  it('shows pictures, failures, and results that say nothing', () => {
    const shown = (more: Partial<ToolResultPart>) => body({ turns: turns(more), tools }).messages[2].content;
    const source = { type: 'base64', media_type: 'image/png', data: 'Ynl0ZXM=' };
    expect(shown({ content: [{ type: 'text', text: 'This:' }, png] })).toEqual([
      {
        ...told,
        content: [
          { type: 'text', text: 'This:' },
          { type: 'image', source },
        ],
      },
    ]);
    expect(shown({ isError: true })).toEqual([{ ...told, content: 'noon', is_error: true }]);
    expect(shown({ content: [{ type: 'text', text: '' }] })).toEqual([told]);
  });

  it('goes beside the tools that were called, where none are given any more', () => {
    const { tools: known, tool_choice } = body({ turns: turns() });
    expect(known).toEqual([{ name: 'tide', input_schema: { type: 'object', additionalProperties: true } }]);
    expect(tool_choice).toEqual({ type: 'none' });
  });

  it('is thought about only where the thoughts before it go back', () => {
    const thinking = (model: string, before: ModelTurn['parts']) =>
      body({ turns: turns({}, before), tools, model, reasoningEffort: 'low' }).thinking;
    expect(thinking('claude-sonnet-4-5', [])).toBeUndefined();
    expect(thinking('claude-sonnet-4-5', [thought])).toMatchObject({ type: 'enabled' });
    expect(thinking('claude-opus-4-6', [])).toMatchObject({ type: 'adaptive' });
  });

  it('is not thought about where a tool has to be called', () => {
    const thinking = (toolChoice: ModelRequest['toolChoice'], model = 'claude-sonnet-4-5') =>
      body({ tools, toolChoice, model, reasoningEffort: 'low' }).thinking;
    expect(thinking('auto')).toMatchObject({ type: 'enabled' });
    expect(thinking('required')).toBeUndefined();
    expect(thinking({ toolName: 'tide' }, 'claude-opus-5-5')).toEqual({ type: 'disabled' });
  });
});
