import { anthropicReader } from './anthropic-events.js';
import { read } from './answer.testing.js';
import type { Asked } from './asked.js';
import { anthropic, chunk, event, openAi } from './dialect.testing.js';
import { openAiReader } from './openai-events.js';

const ASKED: Asked = { hasTools: true };
const INPUT = '{"port":"Emden 🥊","list":[{"a":"}\\"{"}]}';
const said = (stream: string | string[], asked = ASKED) =>
  read((failures) => openAiReader(failures, asked), [stream].flat());
const saidByAnthropic = (stream: string | string[], asked = ASKED) =>
  read((failures) => anthropicReader(failures, asked), [stream].flat());

const call = (toolCallId: unknown, toolName: string, input: string) => ({
  ...{ type: 'tool-call', toolCallId, toolName, input },
});
const ANY = expect.stringMatching(/^call_[0-9a-f]{32}$/);
const piece = (more: object, called?: object) => chunk({ tool_calls: [{ ...more, function: called }] });
const stop = (finish_reason = 'tool_calls') => event({ choices: [{ index: 0, delta: {}, finish_reason }] });
const done = event('[DONE]');
const lengthwise = (text: string, n: number) =>
  Array.from({ length: Math.ceil(text.length / n) }, (_, i) => text.slice(i * n, i * n + n));

const long = JSON.stringify({ text: 'x'.repeat(390) });

describe.each([
  ['OpenAI', openAi, said],
  ['Anthropic', anthropic, saidByAnthropic],
])('calls of tools by %s', (_name, dialect, heard) => {
  const end = dialect.finish(7, 'tool-calls');

  it('come in 200 pieces, or in one', async () => {
    for (const pieces of [lengthwise(long, 2), [long]]) {
      const { parts, finishReason, error } = await heard([...dialect.call(0, 'c1', 'f', ...pieces), end]);
      expect([parts, finishReason, error]).toEqual([[call('c1', 'f', long)], 'tool-calls', undefined]);
    }
  });

  it('come behind text, several, and with text between', async () => {
    const [a, b] = [dialect.call(1, 'c1', 'f', '{"a"', ':1}'), dialect.call(3, 'c2', 'g', '{}')];
    const { parts } = await heard([dialect.say('So. '), ...a, dialect.say('And. '), ...b, end]);
    const text = (words: string) => ({ type: 'text', text: words });
    expect(parts).toEqual([text('So. '), call('c1', 'f', '{"a":1}'), text('And. '), call('c2', 'g', '{}')]);
  });

  it('without input have an empty one, once', async () => {
    for (const pieces of [[], [''], ['{}'], ['', '{', '}'], [' ']]) {
      const { parts } = await heard([...dialect.call(0, 'c1', 'f', ...pieces), end]);
      expect(parts).toEqual([call('c1', 'f', expect.stringMatching(/^ ?\{\}$/))]);
    }
  });

  it('with an empty object before their input have the input', async () => {
    const { parts } = await heard([...dialect.call(0, 'c1', 'f', '{}', INPUT), end]);
    expect(parts).toEqual([call('c1', 'f', INPUT)]);
  });

  it('keep an input that is no JSON as it came', async () => {
    for (const input of ['{"a": ', 'noon', '[1]', '{"a":1}}']) {
      expect((await heard([...dialect.call(0, 'c1', 'f', input), end])).parts).toEqual([call('c1', 'f', input)]);
    }
  });

  it('have ids of their own where two have the same', async () => {
    const { parts } = await heard([
      ...dialect.call(0, 'f', 'f', '{"a":1}'),
      ...dialect.call(1, 'f', 'f', '{"a":2}'),
      end,
    ]);
    expect(parts).toEqual([call('f', 'f', '{"a":1}'), call(ANY, 'f', '{"a":2}')]);
  });

  it('are passed over where nobody asked for tools', async () => {
    const { parts, text, finishReason, error } = await heard(
      [dialect.say('So.'), ...dialect.call(1, 'c1', 'f', INPUT), end],
      {},
    );
    expect([parts, text, finishReason, error]).toEqual([
      [{ type: 'text', text: 'So.' }],
      'So.',
      'tool-calls',
      undefined,
    ]);
  });

  it('are told as far as they came where the answer breaks off', async () => {
    const { parts, error } = await heard(dialect.call(0, 'c1', 'f', '{"a":', '1').slice(0, 3));
    expect(parts).toEqual([call('c1', 'f', '{"a":1')]);
    expect(error).toMatchObject({ code: 'model_broken_stream' });
  });

  it('are not without number', async () => {
    const many = Array.from({ length: 1001 }, (_, i) => dialect.call(i, `c${i}`, 'f').join(''));
    const { parts, error } = await heard([...many, end]);
    expect([parts.length, error.code]).toEqual([1000, 'model_broken_stream']);
  });
});

describe('calls of tools by servers that speak like OpenAI', () => {
  const f = (args: unknown) => ({ name: 'f', arguments: args });
  const two = (first: unknown, second: unknown) => [call(first, 'f', '{"a":1}'), call(second, 'g', '{"b":2}')];
  it.each<[string, string[], object[]]>([
    [
      'interleaved',
      [
        piece({ index: 0, id: 'c1' }, f('')),
        piece({ index: 1, id: 'c2' }, { name: 'g', arguments: '' }),
        piece({ index: 0 }, { arguments: '{"a"' }),
        piece({ index: 1 }, { arguments: '{"b"' }),
        piece({ index: 1 }, { arguments: ':2}' }),
        piece({ index: 0 }, { arguments: ':1}' }),
      ],
      two('c1', 'c2'),
    ],
    [
      'several in one delta',
      [
        chunk({
          tool_calls: [
            { index: 0, id: 'c1', function: f('{"a":1}') },
            { index: 1, id: 'c2', function: { name: 'g', arguments: '{"b":2}' } },
          ],
        }),
      ],
      two('c1', 'c2'),
    ],
    [
      'with the id in each piece',
      [piece({ index: 0, id: 'c1' }, f('{"a"')), piece({ index: 0, id: 'c1' }, { arguments: ':1}' })],
      [call('c1', 'f', '{"a":1}')],
    ],
    [
      'with another id in each piece',
      [piece({ index: 0, id: 'c1' }, f('{"a"')), piece({ index: 0, id: 'c2' }, { arguments: ':1}' })],
      [call('c1', 'f', '{"a":1}')],
    ],
    [
      'with the name in each piece',
      [piece({ index: 0, id: 'c1' }, f('{"a"')), piece({ index: 0 }, f(':1}')), piece({ index: 0 }, f(''))],
      [call('c1', 'f', '{"a":1}')],
    ],
    [
      'with names and other ids in each piece',
      [piece({ index: 0, id: 'c1' }, f('{"a"')), piece({ index: 0, id: 'c2' }, f(':1}'))],
      [call('c1', 'f', '{"a":1}')],
    ],
    [
      'without ids',
      [piece({ index: 0 }, f('{"a":1}')), piece({ index: 1 }, { name: 'g', arguments: '{"b":2}' })],
      two(ANY, ANY),
    ],
    [
      'with empty ids and nulls',
      [piece({ index: 0, id: '' }, f(null)), piece({ index: 0, id: null }, { name: null, arguments: '{"a":1}' })],
      [call(ANY, 'f', '{"a":1}')],
    ],
    [
      'without an index, by their ids',
      [
        piece({ id: 'c1' }, f('')),
        piece({ id: 'c2' }, { name: 'g', arguments: '' }),
        piece({ id: 'c1' }, { arguments: '{"a":1}' }),
        piece({ id: 'c2' }, { arguments: '{"b":2}' }),
      ],
      two('c1', 'c2'),
    ],
    [
      'without index and ids',
      [piece({}, f('{"a"')), piece({}, { arguments: ':1}' }), piece({}, { name: 'g', arguments: '{"b":2}' })],
      two(ANY, ANY),
    ],
    [
      'all at index 0, each whole',
      [
        piece({ index: 0, id: 'c1' }, f('{"a":1}')),
        piece({ index: 0, id: 'c2' }, { name: 'g', arguments: '{"b":2}' }),
        piece({ index: 0, id: 'c3' }, f('{"a":1}')),
      ],
      [...two('c1', 'c2'), call('c3', 'f', '{"a":1}')],
    ],
    [
      'all at index 0, without ids',
      [piece({ index: 0 }, f('{"a":1}')), piece({ index: 0 }, f('{"a":2}'))],
      [call(ANY, 'f', '{"a":1}'), call(ANY, 'f', '{"a":2}')],
    ],
    [
      'repeated whole at the end',
      [
        piece({ index: 0, id: 'c1' }, f('{"a"')),
        piece({ index: 0 }, { arguments: ':1}' }),
        piece({ index: 0, id: 'c1' }, f('{"a":1}')),
        event({
          object: 'chat.completion',
          choices: [{ message: { content: null, tool_calls: [{ id: 'c1', function: f('{"a":1}') }] } }],
        }),
      ],
      [call('c1', 'f', '{"a":1}')],
    ],
    [
      'with the name behind the input',
      [piece({ index: 0, id: 'c1' }, { arguments: '{"a"' }), piece({ index: 0 }, f(':1}'))],
      [call('c1', 'f', '{"a":1}')],
    ],
    ['with an object for an input', [piece({ index: 0, id: 'c1' }, f({ a: 1 }))], [call('c1', 'f', '{"a":1}')]],
    [
      'alone, as they once were',
      [
        chunk({ function_call: f('') }),
        chunk({ function_call: { arguments: '{"a"' } }),
        chunk({ function_call: { arguments: ':1}' } }),
      ],
      [call(ANY, 'f', '{"a":1}')],
    ],
    [
      'with what Gemini wants back',
      [piece({ index: 0, id: 'c1', extra_content: { google: { thought_signature: 's' } } }, f('{"a":1}'))],
      [{ ...call('c1', 'f', '{"a":1}'), providerMetadata: { extra_content: { google: { thought_signature: 's' } } } }],
    ],
    [
      'whole, from whom does not stream',
      [
        JSON.stringify({
          object: 'chat.completion',
          choices: [
            {
              message: {
                ...{ role: 'assistant', content: null },
                tool_calls: [
                  { id: 'c1', type: 'function', function: f('{"a":1}') },
                  { id: 'c2', type: 'function', function: { name: 'g', arguments: '{"b":2}' } },
                ],
              },
              finish_reason: 'tool_calls',
            },
          ],
        }),
      ],
      two('c1', 'c2'),
    ],
  ])('%s', async (_name, pieces, parts) => {
    const isDocument = pieces[0].startsWith('{');
    const heard = await said(isDocument ? pieces : [...pieces, stop(), done]);
    expect(heard).toMatchObject({ parts, finishReason: 'tool-calls', error: undefined });
  });

  it.each(['tool_calls', 'function_call', 'stop'])('end with %s', async (reason) => {
    const { finishReason } = await said([piece({ index: 0, id: 'c1' }, f('{}')), stop(reason)]);
    expect(finishReason).toBe('tool-calls');
  });

  it('may end with each piece', async () => {
    const ended = (delta: object) => event({ choices: [{ index: 0, delta, finish_reason: 'stop' }] });
    const { parts, error } = await said([
      ended({ tool_calls: [{ index: 0, id: 'c1', function: f('') }] }),
      ended({ tool_calls: [{ index: 0, function: { arguments: '{"a":1}' } }] }),
    ]);
    expect([parts, error]).toEqual([[call('c1', 'f', '{"a":1}')], undefined]);
  });

  it('without a name are none, and no answer alone', async () => {
    const { parts, error } = await said([piece({ index: 0, id: 'c1' }, { arguments: '{"a":1}' }), stop()]);
    expect([parts, error.code]).toEqual([[], 'model_broken_stream']);
  });

  it('stand behind the thoughts of the text before them', async () => {
    const thought = { type: 'reasoning', text: 'Hm.' };
    const { parts } = await said([
      chunk({ content: '<think>\nHm.\n</think>\n\n' }),
      piece({ index: 0, id: 'c1' }, f('{}')),
      stop(),
    ]);
    expect(parts).toEqual([thought, call('c1', 'f', '{}')]);
  });

  it('are ignored where they are none', async () => {
    const { parts } = await said([
      chunk({ tool_calls: [null, 7, 'x'] }),
      chunk({ function_call: 'auto' }),
      chunk({ content: 'So.' }),
      stop(),
    ]);
    expect(parts).toEqual([{ type: 'text', text: 'So.' }]);
  });
});

describe('calls of tools by servers that speak like Anthropic', () => {
  const named = (type: string, more: object = {}) => event({ type, ...more }, type);
  const start = (content_block: object, index?: number) => named('content_block_start', { index, content_block });
  const use = { type: 'tool_use', id: 'c1', name: 'f' };
  const end = anthropic.finish(7, 'tool-calls');

  it.each<[string, string[]]>([
    ['whole in their beginning', [start({ ...use, input: { a: 1 } }, 0), end]],
    ['whole in their beginning, as a text', [start({ ...use, input: '{"a":1}' }, 0), end]],
    [
      'in their beginning and in pieces',
      [start({ ...use, input: { a: 1 } }, 0), ...anthropic.call(0, '', '', '{"a"', ':1}').slice(1), end],
    ],
    ['without an index', [start(use), named('content_block_delta', { delta: { partial_json: '{"a":1}' } }), end]],
    [
      'in a message',
      [JSON.stringify({ type: 'message', content: [{ ...use, input: { a: 1 } }], stop_reason: 'tool_use' })],
    ],
  ])('%s', async (_name, stream) => {
    const heard = await saidByAnthropic(stream);
    expect(heard).toMatchObject({ parts: [call('c1', 'f', '{"a":1}')], finishReason: 'tool-calls', error: undefined });
  });

  it('are none where the provider calls its own', async () => {
    const search = { type: 'server_tool_use', id: 's1', name: 'web_search', input: {} };
    const own = [
      start(search, 2),
      named('content_block_delta', { index: 2, delta: { type: 'input_json_delta', partial_json: '{"q":1}' } }),
    ];
    const { parts } = await saidByAnthropic([...anthropic.call(1, 'c1', 'f', '{"a":1}').slice(0, 2), ...own, end]);
    expect(parts).toEqual([call('c1', 'f', '{"a":1}')]);
  });

  it('are the answer’s text where that was asked for by a tool', async () => {
    const asked = { formatTool: 'answer' };
    const form = await saidByAnthropic([...anthropic.call(0, 'c1', 'answer', '{"a"', ':1}'), end], asked);
    expect(form).toMatchObject({ parts: [{ type: 'text', text: '{"a":1}' }], finishReason: 'stop', error: undefined });
    const none = await saidByAnthropic([...anthropic.call(0, 'c1', 'answer'), end], asked);
    expect(none.text).toBe('{}');
    const twice = [
      ...anthropic.call(0, 'c1', 'answer', '{"a":1}'),
      ...anthropic.call(1, 'c2', 'answer', '{"a":2}'),
      end,
    ];
    expect((await saidByAnthropic(twice, asked)).text).toBe('{"a":1}');
    const other = await saidByAnthropic([...anthropic.call(0, 'c1', 'f', '{"a":1}'), end], {
      ...asked,
      hasTools: true,
    });
    expect(other).toMatchObject({ parts: [call('c1', 'f', '{"a":1}')], finishReason: 'tool-calls' });
  });
});

describe('what else programs ask for', () => {
  it('is the sequence that ended the answer', async () => {
    const delta = { stop_reason: 'stop_sequence', stop_sequence: '###' };
    const byAnthropic = await saidByAnthropic([anthropic.say('So.'), event({ type: 'message_delta', delta })], {});
    expect(byAnthropic).toMatchObject({ finishReason: 'stop', stopSequence: '###' });
    const vllm = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop', stop_reason: '###' }] });
    expect(await said([openAi.say('So.'), vllm], { stop: ['###'] })).toMatchObject({ stopSequence: '###' });
    // vLLM tells the numbers and names of tokens there, too.
    expect(await said([openAi.say('So.'), vllm], {})).not.toHaveProperty('stopSequence');
  });

  it('is how likely each token was', async () => {
    const token = (words: string) => ({ token: words, logprob: -0.1, bytes: null, top_logprobs: [] });
    const likely = (content: string) =>
      event({ choices: [{ index: 0, delta: { content }, logprobs: { content: [token(content)], refusal: null } }] });
    const stream = [
      likely('So'),
      likely('.'),
      event({ choices: [{ index: 0, delta: {}, logprobs: null }] }),
      stop('stop'),
    ];
    expect(await said(stream, { hasLogprobs: true })).toMatchObject({
      text: 'So.',
      logprobs: [token('So'), token('.')],
    });
    expect(await said(stream, {})).not.toHaveProperty('logprobs');
  });
});
