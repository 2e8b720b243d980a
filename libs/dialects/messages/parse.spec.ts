import type { MessageCreateParams } from '@anthropic-ai/sdk/resources/messages';
import { anthropicPath } from '../errors/dialect-error.js';
import { DialectError, parseCounted, parseMessages, withoutRemote } from '../index.js';

const PNG = 'iVBORw0KGgo=';
const user = { role: 'user' as const, content: 'Hi' };
const body = (fields: object) => ({ model: 'local/tide', max_tokens: 100, messages: [user], ...fields });
const request = (fields: object) => parseMessages(body(fields)).request;
const partsOf = (content: unknown) => request({ messages: [{ role: 'user', content }] }).turns[0].parts;

function refusal(fields: object, options = {}): [string, string] {
  try {
    parseMessages(body(fields), options);
  } catch (error) {
    if (error instanceof DialectError) return [anthropicPath(error.path), error.code];
    throw error;
  }
  throw new Error('it was taken');
}

describe('a message’s body', () => {
  it('is read whole', () => {
    const given: MessageCreateParams = {
      model: 'local/tide',
      max_tokens: 100,
      stream: true,
      system: [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }],
      messages: [user],
      stop_sequences: ['END'],
      thinking: { type: 'enabled', budget_tokens: 4096 },
      tools: [{ name: 'tide', description: 'd', input_schema: { type: 'object' }, strict: true }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
      metadata: { user_id: 'u' },
      service_tier: 'auto',
    };
    // The client’s newest types have no sampling any more.
    const sampling = { temperature: 0.5, top_p: 0.9, top_k: 5 };
    expect(parseMessages({ ...given, ...sampling, unknown_field: 1 })).toEqual({
      model: 'local/tide',
      stream: true,
      maxTokens: 100,
      request: {
        model: 'local/tide',
        turns: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
        instructions: 'Be kind.',
        maxTokens: 100,
        temperature: 0.5,
        topP: 0.9,
        topK: 5,
        stop: ['END'],
        reasoningEffort: 'low',
        tools: [{ name: 'tide', description: 'd', inputSchema: { type: 'object' }, strict: true }],
        toolChoice: 'required',
        parallelToolCalls: false,
        responseFormat: { type: 'json-schema', name: 'answer', schema: { type: 'object' }, strict: true },
      },
    });
  });

  it('to be counted has no limit', () => {
    const { max_tokens: _, ...counted } = body({});
    expect(parseCounted(counted).request.turns).toHaveLength(1);
    expect(() => parseMessages(counted)).toThrow(expect.objectContaining({ path: ['max_tokens'] }));
  });

  it.each([
    [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, 'minimal'],
    [{ thinking: { type: 'enabled', budget_tokens: 8000 } }, 'medium'],
    [{ thinking: { type: 'enabled', budget_tokens: 50_000 } }, 'high'],
    [{ thinking: { type: 'disabled' } }, 'none'],
    [{ thinking: { type: 'adaptive' } }, 'high'],
    [{ thinking: { type: 'adaptive' }, output_config: { effort: 'low' } }, 'low'],
    [{ output_config: { effort: 'max' } }, 'high'],
    [{}, undefined],
  ])('says how much to think: %j', (fields, effort) => {
    expect(request(fields).reasoningEffort).toBe(effort);
  });

  it.each([
    [{ type: 'auto' }, 'auto'],
    [{ type: 'none' }, 'none'],
    [{ type: 'tool', name: 'f' }, { toolName: 'f' }],
  ])('chooses tools: %j', (tool_choice, toolChoice) => {
    expect(request({ tools: [{ name: 'f', input_schema: {} }], tool_choice }).toolChoice).toEqual(toolChoice);
  });

  it.each([
    [{ stream: 'yes' }, 'stream', 'invalid_type'],
    [{ max_tokens: undefined }, 'max_tokens', 'missing_required_parameter'],
    [{ max_tokens: '5' }, 'max_tokens', 'invalid_type'],
    [{ messages: [user, { role: 'user', content: 7 }] }, 'messages.1.content', 'invalid_value'],
    [{ messages: [{ role: 'king', content: '' }] }, 'messages.0.role', 'invalid_value'],
    [
      { messages: [{ role: 'user', content: [{ type: 'text' }] }] },
      'messages.0.content.0.text',
      'missing_required_parameter',
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'web_search_tool_result' }] }] },
      'messages.0.content.0.type',
      'unsupported_value',
    ],
    [
      { messages: [{ role: 'assistant', content: [{ type: 'server_tool_use' }] }] },
      'messages.0.content.0.type',
      'unsupported_value',
    ],
    [{ temperature: 2 }, 'temperature', 'invalid_value'],
    [{ thinking: { type: 'enabled' } }, 'thinking.budget_tokens', 'missing_required_parameter'],
    [{ tools: [{ name: 'f' }] }, 'tools.0.input_schema', 'missing_required_parameter'],
    [{ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'tools.0.type', 'unsupported_value'],
    [{ tools: [{ type: 'code_execution_20250825', name: 'c' }] }, 'tools.0.type', 'unsupported_value'],
    [{ tools: [{ type: 'bash_20250124', name: 'bash' }] }, 'tools.0.type', 'unsupported_value'],
    [{ tool_choice: { type: 'any' } }, 'tool_choice', 'invalid_value'],
  ])('is refused for %j', (fields, path, code) => {
    expect(refusal(fields)).toEqual([path, code]);
  });

  it.each([
    ['container', 'c'],
    ['mcp_servers', [{ type: 'url', url: 'https://x.test' }]],
    ['service_tier', 'standard_only'],
    ['inference_geo', 'us'],
    ['speed', 'fast'],
    ['user_profile_id', 'u'],
    ['workspace_id', 'w'],
  ])('is refused for %s, unless the operator lets it pass', (field, value) => {
    expect(refusal({ [field]: value })).toEqual([field, 'unsupported_parameter']);
    expect(() => parseMessages(body({ [field]: value }), { passFields: [field] })).not.toThrow();
  });
});

describe('blocks of a message', () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } };
  const picture = { type: 'file', filename: 'image.png', mediaType: 'image/png', data: Buffer.from(PNG, 'base64') };
  const document = (source: object, fields = {}) => [{ type: 'document', source, ...fields }];

  it('are pictures and documents', () => {
    const pdf = { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' };
    const text = { type: 'text', media_type: 'text/plain', data: 'Tides.' };
    const inner = { type: 'content', content: [{ type: 'text', text: 'Tides.' }] };
    expect(partsOf([image])).toEqual([picture]);
    expect(partsOf(document(pdf, { title: 'a.pdf' }))).toMatchObject([
      { filename: 'a.pdf', data: Buffer.from('%PDF') },
    ]);
    expect(partsOf(document(text, { title: 'Sea' }))).toEqual([{ type: 'text', text: 'Sea\n\nTides.' }]);
    expect(partsOf(document(inner))).toEqual([{ type: 'text', text: 'Tides.' }]);
    const found = {
      type: 'search_result',
      title: 'Sea',
      source: 'https://x.test',
      content: [{ type: 'text', text: 'T.' }],
    };
    expect(partsOf([found])).toEqual([{ type: 'text', text: 'Sea\n\nhttps://x.test\nT.' }]);
  });

  it('of tools come first, with what they gave', () => {
    const content = [
      { type: 'text', text: 'Look.' },
      { type: 'tool_result', tool_use_id: 'c', is_error: true, content: [image, { type: 'text', text: 'x' }] },
      { type: 'tool_result', tool_use_id: 'd' },
    ];
    expect(partsOf(content)).toEqual([
      { type: 'tool-result', toolCallId: 'c', isError: true, content: [picture, { type: 'text', text: 'x' }] },
      { type: 'tool-result', toolCallId: 'd', content: [] },
      { type: 'text', text: 'Look.' },
    ]);
  });

  it('at an address are for the caller to decide', () => {
    const content = document({ type: 'url', url: 'https://x.test/a.pdf' });
    const given = request({ messages: [{ role: 'user', content }] });
    expect(given.turns[0].parts).toMatchObject([{ type: 'remote', kind: 'document' }]);
    expect(() => withoutRemote(given)).toThrow(DialectError);
  });

  it.each([
    [[{ type: 'image', source: { type: 'file', file_id: 'f' } }], 'messages.0.content.0.source.file_id'],
    [[{ type: 'container_upload', file_id: 'f' }], 'messages.0.content.0.type'],
    [document({ type: 'url', url: 'http://x.test' }), 'messages.0.content.0.source.url'],
    [document({ type: 'base64', media_type: 'application/pdf', data: '*' }), 'messages.0.content.0.source.data'],
    [document({ type: 'text', data: 'x' }, { citations: { enabled: true } }), 'messages.0.content.0.citations'],
    [document({ type: 'text', data: 'x' }, { context: 'c' }), 'messages.0.content.0.context'],
    [
      [
        {
          type: 'tool_result',
          tool_use_id: 'c',
          content: [{ type: 'image', source: { type: 'url', url: 'https://x.test' } }],
        },
      ],
      'messages.0.content.0.content.0.source.url',
    ],
  ])('are refused: %j', (content, path) => {
    expect(refusal({ messages: [{ role: 'user', content }] })[0]).toBe(path);
  });
});
