import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import { openAiPath } from '../errors/dialect-error.js';
import { DialectError, parseChat, withoutRemote } from '../index.js';

const PNG = 'iVBORw0KGgo=';
const user = { role: 'user', content: 'Hi' };
const body = (fields: object) => ({ model: 'local/tide', messages: [user], ...fields });
const request = (fields: object) => parseChat(body(fields)).request;
const partsOf = (content: unknown) => request({ messages: [{ role: 'user', content }] }).turns[0].parts;

/** The field that a body is refused for, as OpenAI names it, and its code. */
function refusal(fields: object, options = {}): [string, string] {
  try {
    parseChat(body(fields), options);
  } catch (error) {
    if (error instanceof DialectError) return [openAiPath(error.path), error.code];
    throw error;
  }
  throw new Error('it was taken');
}

describe('a chat completion’s body', () => {
  it('is read whole', () => {
    const given: ChatCompletionCreateParams = {
      model: 'local/tide',
      stream: true,
      stream_options: { include_usage: true },
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] },
        user as { role: 'user'; content: string },
      ],
      max_completion_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      seed: 7,
      presence_penalty: 1,
      frequency_penalty: -1,
      stop: 'END',
      logprobs: true,
      top_logprobs: 2,
      reasoning_effort: 'xhigh',
      prompt_cache_key: 'k',
      parallel_tool_calls: false,
      tools: [
        {
          type: 'function',
          function: { name: 'tide', description: 'd', parameters: { type: 'object' }, strict: true },
        },
      ],
      tool_choice: { type: 'function', function: { name: 'tide' } },
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, strict: true } },
      user: 'u',
      metadata: { a: 'b' },
      n: 1,
      store: false,
      service_tier: 'auto',
      logit_bias: {},
    };
    expect(parseChat({ ...given, unknown_field: 1 })).toEqual({
      model: 'local/tide',
      stream: true,
      includeUsage: true,
      maxTokens: 100,
      request: {
        model: 'local/tide',
        turns: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
        instructions: 'Be kind.\n\nBe brief.',
        maxTokens: 100,
        temperature: 0.5,
        topP: 0.9,
        seed: 7,
        presencePenalty: 1,
        frequencyPenalty: -1,
        stop: ['END'],
        logprobs: 2,
        reasoningEffort: 'high',
        cacheKey: 'k',
        parallelToolCalls: false,
        tools: [{ name: 'tide', description: 'd', inputSchema: { type: 'object' }, strict: true }],
        toolChoice: { toolName: 'tide' },
        responseFormat: { type: 'json-schema', name: 'n', schema: { type: 'object' }, strict: true },
      },
    });
  });

  it('may leave out, or send as null, whatever it does not want', () => {
    const nothing = { stream: null, stop: null, n: null, tools: null, temperature: null, response_format: null };
    expect(parseChat(body({ ...nothing, service_tier: null, logit_bias: null }))).toEqual({
      model: 'local/tide',
      stream: false,
      includeUsage: false,
      request: { model: 'local/tide', turns: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }] },
    });
  });

  it.each([
    [{ stream: 'yes' }, 'stream', 'invalid_type'],
    [{ n: 2 }, 'n', 'unsupported_value'],
    [{ n: '1' }, 'n', 'invalid_type'],
    [{ model: undefined }, 'model', 'missing_required_parameter'],
    [{ model: '' }, 'model', 'invalid_value'],
    [{ messages: undefined }, 'messages', 'missing_required_parameter'],
    [{ messages: [] }, 'messages', 'invalid_value'],
    [{ messages: 'Hi' }, 'messages', 'invalid_type'],
    [{ messages: [user, { role: 'king', content: '' }] }, 'messages[1].role', 'invalid_value'],
    [{ messages: [{ role: 'user' }] }, 'messages[0].content', 'missing_required_parameter'],
    [
      { messages: [{ role: 'user', content: [{ type: 'text' }] }] },
      'messages[0].content[0].text',
      'missing_required_parameter',
    ],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id', 'missing_required_parameter'],
    [{ messages: [{ role: 'assistant', function_call: {} }] }, 'messages[0].function_call', 'unsupported_parameter'],
    [{ messages: [{ role: 'assistant', audio: { id: 'a' } }] }, 'messages[0].audio', 'unsupported_parameter'],
    [{ temperature: '1' }, 'temperature', 'invalid_type'],
    [{ temperature: 3 }, 'temperature', 'invalid_value'],
    [{ max_tokens: 0 }, 'max_tokens', 'invalid_value'],
    [{ max_tokens: 1.5 }, 'max_tokens', 'invalid_type'],
    [{ reasoning_effort: 'much' }, 'reasoning_effort', 'invalid_value'],
    [{ metadata: { a: 1 } }, 'metadata.a', 'invalid_type'],
    [{ tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name', 'missing_required_parameter'],
    [{ tool_choice: 'required' }, 'tool_choice', 'invalid_value'],
    [{ response_format: { type: 'xml' } }, 'response_format.type', 'invalid_value'],
  ])('is refused for %j', (fields, param, code) => {
    expect(refusal(fields)).toEqual([param, code]);
  });

  it.each([
    ['logit_bias', { a: 1 }],
    ['prediction', { type: 'content', content: 'x' }],
    ['audio', { voice: 'alloy', format: 'wav' }],
    ['modalities', ['audio']],
    ['functions', [{ name: 'f' }]],
    ['verbosity', 'low'],
  ])('is refused for %s, which can’t be translated', (field, value) => {
    expect(refusal({ [field]: value })).toEqual([field, 'unsupported_parameter']);
    expect(refusal({ [field]: value }, { passFields: [field] })).toEqual([field, 'unsupported_parameter']);
  });

  it.each([
    ['models', ['gpt-5']],
    ['route', 'fallback'],
    ['provider', { order: ['x'] }],
    ['fallbacks', ['x']],
    ['service_tier', 'priority'],
    ['store', true],
    ['prompt_cache_retention', '24h'],
    ['plugins', [{ id: 'web' }]],
    ['web_search_options', {}],
    ['moderation', { model: 'm' }],
    ['conversation', 'conv_1'],
    ['previous_response_id', 'resp_1'],
    ['prompt', { id: 'pmpt_1' }],
    ['container', 'c'],
  ])('is refused for %s, unless the operator lets it pass', (field, value) => {
    expect(refusal({ [field]: value })).toEqual([field, 'unsupported_parameter']);
    expect(() => parseChat(body({ [field]: value }), { passFields: [field] })).not.toThrow();
  });

  it('is refused for tools that the provider runs, and for what it can’t tell', () => {
    expect(refusal({ tools: [{ type: 'web_search' }] })).toEqual(['tools[0].type', 'unsupported_value']);
    expect(refusal({ tools: [{ type: 'custom', custom: { name: 'x' } }] })).toEqual([
      'tools[0].type',
      'unsupported_value',
    ]);
    expect(refusal({ logprobs: true }, { upstream: 'anthropic' })).toEqual(['logprobs', 'unsupported_parameter']);
  });

  it.each([null, 'Hi', [], 7])('is none: %j', (value) => {
    expect(() => parseChat(value)).toThrow(DialectError);
  });
});

describe('tools of a chat completion', () => {
  const tool = (name: string) => ({ type: 'function', function: { name } });
  const tools = [tool('a'), tool('b')];

  it('take nothing where no schema is given', () => {
    expect(request({ tools }).tools?.[0]).toEqual({ name: 'a', inputSchema: { type: 'object', properties: {} } });
  });

  it.each(['none', 'auto', 'required'])('may be called: %s', (choice) => {
    expect(request({ tools, tool_choice: choice }).toolChoice).toBe(choice);
  });

  it('are those that may be called', () => {
    const allowed = { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [tool('b')] } };
    expect(request({ tools, tool_choice: allowed })).toMatchObject({ tools: [{ name: 'b' }], toolChoice: 'required' });
  });

  it('can’t be chosen where they are not', () => {
    expect(refusal({ tools, tool_choice: tool('c') })[0]).toBe('tool_choice');
  });

  it('are called several at once, and their results are one turn with what follows', () => {
    const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{"x":' } });
    const { turns } = request({
      messages: [
        user,
        { role: 'assistant', content: null, tool_calls: [call('1'), call('2')] },
        { role: 'tool', tool_call_id: '1', content: 'one' },
        { role: 'tool', tool_call_id: '2', content: [{ type: 'text', text: 'two' }] },
        user,
        user,
      ],
    });
    const called = (toolCallId: string) => ({ type: 'tool-call', toolCallId, toolName: 'f', input: '{"x":' });
    const gave = (toolCallId: string, text: string) => ({
      type: 'tool-result',
      toolCallId,
      content: [{ type: 'text', text }],
    });
    expect(turns.slice(1)).toEqual([
      { role: 'assistant', parts: [called('1'), called('2')] },
      { role: 'user', parts: [gave('1', 'one'), gave('2', 'two'), { type: 'text', text: 'Hi' }] },
      { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
    ]);
  });
});

describe('files in a chat completion', () => {
  const image = (url: unknown) => [{ type: 'image_url', image_url: { url } }];
  const at = 'messages[0].content[0].image_url.url';
  const refusalOf = (content: unknown) => refusal({ messages: [{ role: 'user', content }] });

  it('are pictures', () => {
    expect(partsOf(image(`data:image/png;base64,${PNG}`))).toEqual([
      { type: 'file', filename: 'image.png', mediaType: 'image/png', data: Buffer.from(PNG, 'base64') },
    ]);
  });

  it('are PDFs and texts', () => {
    const file = (file_data: string) => [{ type: 'file', file: { filename: 'a.pdf', file_data } }];
    const pdf = { type: 'file', filename: 'a.pdf', mediaType: 'application/pdf', data: Buffer.from('%PDF') };
    const base64 = Buffer.from('%PDF').toString('base64');
    expect(partsOf(file(`data:application/pdf;base64,${base64}`))).toEqual([pdf]);
    expect(partsOf(file(base64))).toEqual([pdf]);
    expect(partsOf(file('data:text/plain,Hi%20there'))).toEqual([{ type: 'text', text: 'a.pdf\n\nHi there' }]);
  });

  it('at an address are for the caller to decide', () => {
    const { request } = parseChat(body({ messages: [{ role: 'user', content: image('https://x.test/a.png') }] }));
    expect(request.turns[0].parts).toMatchObject([{ type: 'remote', kind: 'image', url: 'https://x.test/a.png' }]);
    expect(() => withoutRemote(request)).toThrow(
      expect.objectContaining({ path: ['messages', 0, 'content', 0, 'image_url', 'url'] }),
    );
  });

  it.each([
    ['http://x.test/a.png', 'invalid_value'],
    ['file:///etc/passwd', 'invalid_value'],
    ['data:image/png;base64,***', 'invalid_value'],
    ['data:image/png;base64,', 'invalid_value'],
    ['data:text/plain,x', 'invalid_value'],
    [7, 'invalid_type'],
  ])('are refused: %s', (url, code) => {
    expect(refusalOf(image(url))).toEqual([at, code]);
  });

  it('are refused where they are not here, or of another kind', () => {
    expect(refusalOf([{ type: 'file', file: { file_id: 'file_1' } }])[0]).toBe('messages[0].content[0].file.file_id');
    expect(refusalOf([{ type: 'input_audio', input_audio: {} }])[0]).toBe('messages[0].content[0].type');
    const zip = { type: 'file', file: { file_data: 'data:application/zip;base64,UEs=' } };
    expect(refusalOf([zip])[0]).toBe('messages[0].content[0].file.file_data');
  });
});
