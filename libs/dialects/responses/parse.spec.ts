import type { ResponseCreateParams } from 'openai/resources/responses/responses';
import { openAiPath } from '../errors/dialect-error.js';
import { DialectError, parseResponses } from '../index.js';

const body = (fields: object) => ({ model: 'local/tide', input: 'Hi', ...fields });
const request = (fields: object) => parseResponses(body(fields)).request;
const text = (words: string) => ({ type: 'text', text: words });

function refusal(fields: object, options = {}): [string, string] {
  try {
    parseResponses(body(fields), options);
  } catch (error) {
    if (error instanceof DialectError) return [openAiPath(error.path), error.code];
    throw error;
  }
  throw new Error('it was taken');
}

describe('a response’s body', () => {
  it('is read whole', () => {
    const given: ResponseCreateParams = {
      model: 'local/tide',
      input: 'Hi',
      instructions: 'Be kind.',
      stream: true,
      background: true,
      previous_response_id: 'resp_0',
      max_output_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      top_logprobs: 3,
      parallel_tool_calls: false,
      tools: [{ type: 'function', name: 'tide', parameters: { type: 'object' }, strict: true, description: 'd' }],
      tool_choice: { type: 'function', name: 'tide' },
      reasoning: { effort: 'low', summary: 'auto' },
      text: {
        format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true },
        verbosity: 'medium',
      },
      include: ['reasoning.encrypted_content'],
      prompt_cache_key: 'k',
      truncation: 'disabled',
      metadata: { a: 'b' },
      user: 'u',
    };
    const { echo, ...call } = parseResponses({ ...given, unknown_field: 1 });
    expect(call).toEqual({
      model: 'local/tide',
      stream: true,
      store: true,
      background: true,
      previousResponseId: 'resp_0',
      maxTokens: 100,
      request: {
        model: 'local/tide',
        turns: [{ role: 'user', parts: [text('Hi')] }],
        instructions: 'Be kind.',
        maxTokens: 100,
        temperature: 0.5,
        topP: 0.9,
        logprobs: 3,
        parallelToolCalls: false,
        tools: [{ name: 'tide', description: 'd', inputSchema: { type: 'object' }, strict: true }],
        toolChoice: { toolName: 'tide' },
        reasoningEffort: 'low',
        responseFormat: { type: 'json-schema', name: 'n', schema: { type: 'object' }, strict: true },
        cacheKey: 'k',
      },
    });
    const { stream: _, input: __, include: ___, model: ____, ...repeated } = given;
    expect(echo).toMatchObject({ ...repeated, store: true });
  });

  it('is kept only where that is said', () => {
    expect(
      [{}, { store: false }, { store: true }, { background: true }].map((f) => parseResponses(body(f)).store),
    ).toEqual([false, false, true, true]);
  });

  it.each([
    [{ stream: 'yes' }, 'stream', 'invalid_type'],
    [{ input: undefined }, 'input', 'missing_required_parameter'],
    [{ input: [] }, 'input', 'invalid_value'],
    [{ background: true, store: false }, 'store', 'invalid_value'],
    [{ input: [{ role: 'king', content: '' }] }, 'input[0].role', 'invalid_value'],
    [{ input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0].id', 'unsupported_parameter'],
    [{ input: [{ type: 'web_search_call', id: 'ws_1' }] }, 'input[0].type', 'unsupported_value'],
    [
      { input: [{ type: 'function_call', call_id: 'c', name: 'f' }] },
      'input[0].arguments',
      'missing_required_parameter',
    ],
    [{ text: { verbosity: 'low' } }, 'text.verbosity', 'unsupported_parameter'],
    [{ text: { format: { type: 'json_schema', schema: {} } } }, 'text.format.name', 'missing_required_parameter'],
    [{ truncation: 'auto' }, 'truncation', 'unsupported_parameter'],
    [{ context_management: [{ type: 'compaction' }] }, 'context_management', 'unsupported_parameter'],
    [{ tools: [{ type: 'web_search' }] }, 'tools[0].type', 'unsupported_value'],
    [{ tools: [{ type: 'file_search', vector_store_ids: ['v'] }] }, 'tools[0].type', 'unsupported_value'],
    [{ tools: [{ type: 'code_interpreter', container: 'c' }] }, 'tools[0].type', 'unsupported_value'],
    [{ tools: [{ type: 'mcp', server_url: 'https://x.test' }] }, 'tools[0].type', 'unsupported_value'],
    [{ tools: [{ type: 'custom', name: 'x' }] }, 'tools[0].type', 'unsupported_value'],
  ])('is refused for %j', (fields, param, code) => {
    expect(refusal(fields)).toEqual([param, code]);
  });

  it.each([
    ['conversation', 'conv_1'],
    ['prompt', { id: 'pmpt_1' }],
    ['service_tier', 'flex'],
    ['prompt_cache_retention', '24h'],
  ])('is refused for %s, unless the operator lets it pass', (field, value) => {
    expect(refusal({ [field]: value })).toEqual([field, 'unsupported_parameter']);
    expect(() => parseResponses(body({ [field]: value }), { passFields: [field] })).not.toThrow();
  });

  it('is refused for probabilities that nobody tells', () => {
    expect(refusal({ top_logprobs: 1 }, { upstream: 'anthropic' })[0]).toBe('top_logprobs');
    expect(refusal({ include: ['message.output_text.logprobs'] }, { upstream: 'anthropic' })[0]).toBe('include');
  });
});

describe('items of a response', () => {
  const call = { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'f', arguments: '{}' };

  it('are turns', () => {
    const input = [
      { role: 'developer', content: [{ type: 'input_text', text: 'Be brief.' }] },
      { role: 'user', content: 'Hi' },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'abc' },
      { type: 'message', role: 'assistant', id: 'msg_1', content: [{ type: 'output_text', text: 'One.' }] },
      call,
      { ...call, call_id: 'd' },
      { type: 'function_call_output', call_id: 'c', output: 'x' },
      { type: 'function_call_output', call_id: 'd', output: [{ type: 'input_text', text: 'y' }] },
      { role: 'assistant', content: 'Two.' },
    ];
    const called = (toolCallId: string) => ({ type: 'tool-call', toolCallId, toolName: 'f', input: '{}' });
    const gave = (toolCallId: string, words: string) => ({ type: 'tool-result', toolCallId, content: [text(words)] });
    expect(request({ input })).toMatchObject({
      instructions: 'Be brief.',
      turns: [
        { role: 'user', parts: [text('Hi')] },
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'Hm.', providerMetadata: { encrypted_content: 'abc' } },
            text('One.'),
            called('c'),
            called('d'),
          ],
        },
        { role: 'user', parts: [gave('c', 'x'), gave('d', 'y')] },
        { role: 'assistant', parts: [text('Two.')] },
      ],
    });
  });

  const partsOf = (part: object) => request({ input: [{ role: 'user', content: [part] }] }).turns[0].parts;

  it('hold pictures and files', () => {
    expect(partsOf({ type: 'input_image', image_url: 'data:image/gif;base64,R0lG' })).toMatchObject([
      { type: 'file', filename: 'image.gif', mediaType: 'image/gif' },
    ]);
    expect(
      partsOf({ type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERg==' }),
    ).toEqual([{ type: 'file', filename: 'a.pdf', mediaType: 'application/pdf', data: Buffer.from('%PDF') }]);
    expect(partsOf({ type: 'input_file', file_url: 'https://x.test/a.pdf' })).toMatchObject([{ type: 'remote' }]);
  });

  it.each([
    [{ type: 'input_image', file_id: 'file_1' }, 'input[0].content[0].file_id'],
    [{ type: 'input_file', file_id: 'file_1' }, 'input[0].content[0].file_id'],
    [{ type: 'input_image', image_url: 'ftp://x' }, 'input[0].content[0].image_url'],
    [{ type: 'input_audio' }, 'input[0].content[0].type'],
  ])('are refused: %j', (part, param) => {
    expect(refusal({ input: [{ role: 'user', content: [part] }] })[0]).toBe(param);
  });
});
