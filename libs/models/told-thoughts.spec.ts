import { anthropicReader } from './anthropic-events.js';
import { read } from './answer.testing.js';
import { anthropic, chunk, event, openAi } from './dialect.testing.js';
import { openAiReader } from './openai-events.js';

const done = event('[DONE]');
const stop = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const thought = (text: string, providerMetadata?: object) => ({
  type: 'reasoning',
  text,
  ...(providerMetadata && { providerMetadata }),
});
const text = (said: string) => ({ type: 'text', text: said });
const said = async (...events: string[]) => {
  const { parts, error } = await read(openAiReader, events);
  expect(error).toBeUndefined();
  return parts;
};

describe('thoughts of a chat completion', () => {
  it.each([['reasoning_content'], ['reasoning'], ['thinking']])('stand in %s', async (field) => {
    const parts = await said(
      chunk({ [field]: 'Let me ' }),
      chunk({ content: null, [field]: 'see.' }),
      chunk({ content: 'Four.' }),
      stop,
    );
    expect(parts).toEqual([thought('Let me see.'), text('Four.')]);
  });

  it('are told once where they stand in several fields', async () => {
    const details = [{ type: 'reasoning.text', text: 'Hm.', index: 0 }];
    const parts = await said(
      chunk({ reasoning_content: 'Hm.', reasoning: 'Hm.', reasoning_details: details }),
      chunk({ content: 'Four.' }),
      stop,
    );
    expect(parts).toEqual([thought('Hm.', { reasoning_details: details }), text('Four.')]);
  });

  it('keep their place between texts', async () => {
    const parts = await said(
      chunk({ reasoning: 'a' }),
      chunk({ content: 'b' }),
      chunk({ reasoning: 'c', content: 'd' }),
      chunk({ content: 'e' }),
      stop,
    );
    expect(parts).toEqual([thought('a'), text('b'), thought('c'), text('de')]);
  });

  it('are parts of the content (Mistral)', async () => {
    const thinking = (words: string) => ({ type: 'thinking', thinking: [{ type: 'text', text: words }] });
    const parts = await said(
      chunk({ content: [thinking('Let me ')] }),
      chunk({ content: [thinking('see.'), { type: 'text', text: 'Fo' }] }),
      chunk({ content: 'ur.' }),
      stop,
    );
    expect(parts).toEqual([thought('Let me see.'), text('Four.')]);
  });

  it('are content that is marked, in a tag (Gemini)', async () => {
    const marked = (content: string) => chunk({ content, extra_content: { google: { thought: true } } });
    const parts = await said(
      marked('<thought>**Sum**\n'),
      marked('2 + 2'),
      chunk({ content: '</thought>Four' }),
      chunk({ content: '.' }),
      stop,
    );
    expect(parts).toEqual([thought('**Sum**\n2 + 2'), text('Four.')]);
  });

  it('stand in tags at the beginning of the text', async () => {
    const parts = await said(openAi.say('<think>\nHm', '.\n</think>', '\n\nFour.'), stop);
    expect(parts).toEqual([thought('Hm.'), text('Four.')]);
  });

  it('come with a whole message', async () => {
    const whole = {
      object: 'chat.completion',
      choices: [{ message: { reasoning: 'Hm.', content: 'Four.' }, finish_reason: 'stop' }],
    };
    expect(await said(JSON.stringify(whole))).toEqual([thought('Hm.'), text('Four.')]);
    expect(await said(chunk({ reasoning: 'Hm.' }), chunk({ content: 'Four.' }), event(whole), done)).toEqual([
      thought('Hm.'),
      text('Four.'),
    ]);
    expect(await said(chunk({ reasoning: 'Hm.' }), event(whole), done)).toEqual([thought('Hm.'), text('Four.')]);
  });

  it('are ignored where they are none, and calls are, too', async () => {
    const odd = { reasoning_content: { a: 1 }, reasoning: 7, reasoning_details: [null, 7, {}] };
    const call = { index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: '{"reasoning":"x"}' } };
    const parts = await said(
      chunk(odd),
      chunk({ tool_calls: [call] }),
      chunk({ function_call: { name: 'f' } }),
      chunk({ content: 'Four.' }),
      stop,
    );
    expect(parts).toEqual([text('Four.')]);
  });
});

describe('what OpenRouter wants back', () => {
  const detail = (more: object) => chunk({ content: '', reasoning: null, reasoning_details: [more] });

  it('is put together from its pieces', async () => {
    const claude = { type: 'reasoning.text', format: 'anthropic-claude-v1', index: 0 };
    const parts = await said(
      chunk({ content: '', reasoning: 'Let me ', reasoning_details: [{ ...claude, text: 'Let me ' }] }),
      chunk({ content: '', reasoning: 'see.', reasoning_details: [{ ...claude, text: 'see.', signature: null }] }),
      detail({ ...claude, signature: 'c2ln' }),
      chunk({ content: 'Four.' }),
      stop,
    );
    const reasoning_details = [{ ...claude, text: 'Let me see.', signature: 'c2ln' }];
    expect(parts).toEqual([thought('Let me see.', { reasoning_details }), text('Four.')]);
  });

  it('may come behind the text', async () => {
    const summary = { type: 'reasoning.summary', summary: 'Adds.', index: 0 };
    const encrypted = { type: 'reasoning.encrypted', data: 'abc', id: 'rs_1', index: 0 };
    const parts = await said(detail(summary), chunk({ content: 'Four.' }), detail(encrypted), stop);
    expect(parts).toEqual([thought('Adds.', { reasoning_details: [summary, encrypted] }), text('Four.')]);
  });

  it('may be all that is known of a thought', async () => {
    const encrypted = { type: 'reasoning.encrypted', data: 'abc', index: 0 };
    const parts = await said(detail(encrypted), chunk({ content: 'Four.' }), done);
    expect(parts).toEqual([thought('', { reasoning_details: [encrypted] }), text('Four.')]);
  });

  it('is told of each thought', async () => {
    const one = (words: string, index: number) => ({ type: 'reasoning.text', text: words, signature: words, index });
    const parts = await said(
      detail(one('a', 0)),
      detail(one('b', 1)),
      chunk({ content: 'x' }),
      detail(one('c', 2)),
      chunk({ content: 'y' }),
      stop,
    );
    expect(parts).toEqual([
      thought('ab', { reasoning_details: [one('a', 0), one('b', 1)] }),
      text('x'),
      thought('c', { reasoning_details: [one('c', 2)] }),
      text('y'),
    ]);
  });

  it('is not told of thoughts that broke off', async () => {
    const { parts } = await read(openAiReader, [detail({ type: 'reasoning.text', text: 'a', index: 0 })]);
    expect(parts).toEqual([thought('a')]);
  });
});

describe('thoughts of Anthropic', () => {
  const start = (content_block: object, index = 0) => event({ type: 'content_block_start', index, content_block });
  const delta = (part: object, index = 0) => event({ type: 'content_block_delta', index, delta: part });
  const thinking = (...words: string[]) =>
    start({ type: 'thinking', thinking: '', signature: '' }) +
    words.map((one) => delta({ type: 'thinking_delta', thinking: one })).join('') +
    delta({ type: 'signature_delta', signature: 'c2ln' }) +
    event({ type: 'content_block_stop', index: 0 });
  const heard = async (...events: string[]) => {
    const { parts, error } = await read(anthropicReader, [...events, anthropic.finish()]);
    expect(error).toBeUndefined();
    return parts;
  };

  it('have their signature', async () => {
    const parts = await heard(thinking('Let me ', 'see.'), anthropic.say('Four.'));
    expect(parts).toEqual([thought('Let me see.', { signature: 'c2ln' }), text('Four.')]);
  });

  it('are a part for each block, between texts too', async () => {
    const redacted = start({ type: 'redacted_thinking', data: 'RW5j' });
    const parts = await heard(
      thinking('a'),
      thinking('b'),
      redacted,
      anthropic.say('x'),
      thinking('c'),
      anthropic.say('y'),
    );
    expect(parts).toEqual([
      thought('a', { signature: 'c2ln' }),
      thought('b', { signature: 'c2ln' }),
      thought('', { redacted: 'RW5j' }),
      text('x'),
      thought('c', { signature: 'c2ln' }),
      text('y'),
    ]);
  });

  it('may be hidden', async () => {
    expect(await heard(thinking(), anthropic.say('Four.'))).toEqual([
      thought('', { signature: 'c2ln' }),
      text('Four.'),
    ]);
  });

  it('come with a whole message', async () => {
    const content = [
      { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'RW5j' },
      { type: 'tool_use', id: 't1', name: 'f', input: { text: 'x' } },
      { type: 'text', text: 'Four.' },
    ];
    const { parts, error } = await read(anthropicReader, [
      JSON.stringify({ type: 'message', content, stop_reason: 'end_turn' }),
    ]);
    expect([parts, error]).toEqual([
      [thought('Hm.', { signature: 'c2ln' }), thought('', { redacted: 'RW5j' }), text('Four.')],
      undefined,
    ]);
  });
});

describe('tokens of thoughts, and those from the cache', () => {
  const counted = { prompt_tokens: 10, completion_tokens: 7 };
  it.each([
    [
      'OpenAI, Azure, OpenRouter, vLLM',
      {
        ...counted,
        total_tokens: 17,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 5 },
      },
      [10, 7, 4, 5],
    ],
    [
      'DeepSeek',
      {
        ...counted,
        prompt_cache_hit_tokens: 4,
        prompt_cache_miss_tokens: 6,
        completion_tokens_details: { reasoning_tokens: 5 },
      },
      [10, 7, 4, 5],
    ],
    ['Moonshot', { ...counted, cached_tokens: 4 }, [10, 7, 4, undefined]],
    ['a gateway to Anthropic', { ...counted, cache_read_input_tokens: 4 }, [10, 7, 4, undefined]],
    [
      'xAI, beyond the output',
      { ...counted, total_tokens: 22, completion_tokens_details: { reasoning_tokens: 5 } },
      [10, 12, undefined, 5],
    ],
    ['Gemini, in the total only', { ...counted, total_tokens: 22 }, [10, 12, undefined, 5]],
    ['nothing', { ...counted, total_tokens: 17, prompt_tokens_details: null }, [10, 7, undefined, undefined]],
    [
      'none of both',
      { ...counted, prompt_tokens_details: { cached_tokens: 0 }, completion_tokens_details: { reasoning_tokens: 0 } },
      [10, 7, 0, 0],
    ],
    [
      'nonsense',
      {
        ...counted,
        total_tokens: -1,
        prompt_tokens_details: { cached_tokens: 'x' },
        completion_tokens_details: { reasoning_tokens: 99 },
      },
      [10, 7, undefined, 7],
    ],
  ])('are told by %s', async (_name, usage, [inputTokens, outputTokens, cachedInputTokens, reasoningTokens]) => {
    const { usage: used } = await read(openAiReader, [event({ choices: [], usage }), done]);
    expect(used).toEqual({ inputTokens, outputTokens, cachedInputTokens, reasoningTokens });
  });

  it('are told by Anthropic', async () => {
    const input = { input_tokens: 3, cache_creation_input_tokens: 20, cache_read_input_tokens: 100, output_tokens: 1 };
    const output = { output_tokens: 9, output_tokens_details: { thinking_tokens: 5 } };
    const { usage } = await read(anthropicReader, [
      event({ type: 'message_start', message: { usage: input } }),
      event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: output }),
    ]);
    expect(usage).toEqual({ inputTokens: 123, outputTokens: 9, cachedInputTokens: 100, reasoningTokens: 5 });
  });
});
