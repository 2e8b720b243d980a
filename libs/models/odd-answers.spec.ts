import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { anthropic, chunk, type Dialect, event, openAi } from './dialect.testing.js';
import { hear } from './model.testing.js';
import { type Reply, Upstream } from './upstream.testing.js';

const TEXT = 'The tide turns at noon.';
const [FIRST, SECOND] = ['The ', 'tide turns at noon.'];
const done = event('[DONE]');
const finish = (reason: string | null = 'stop') => event({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
const whole = openAi.say(FIRST, SECOND) + finish() + done;
const usage = { prompt_tokens: 5, completion_tokens: 7 };
const ended: Reply = (call) => call.end(whole);
const streamed =
  (...events: string[]): Reply =>
  (call) =>
    call.end(...events);
const between = (odd: string): Reply => streamed(openAi.say(FIRST), odd, openAi.say(SECOND), finish(), done);
const compressed =
  (encoding: string, body: Buffer): Reply =>
  (call) => {
    call.response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': encoding });
    call.response.end(body);
  };

const completion = {
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: TEXT }, finish_reason: 'stop' }],
  usage,
};

const openAiAnswers: Array<[string, Reply]> = [
  ['data that is null (upstream/data-null)', between('data: null\n\n')],
  ['data that is a number, a text, a list of nothing', between('data: 7\n\ndata: "x"\n\ndata: [null]\n\n')],
  ['data of blanks only (upstream/data-blank)', between('data:   \n\n')],
  [
    'blanks around [DONE], and no finish_reason (upstream/done-with-blank)',
    streamed(openAi.say(TEXT), 'data:  [DONE]  \n\n'),
  ],
  ['an event `ping` with a text (upstream/event-ping-text)', between('event: ping\ndata: ping\n\n')],
  ['a heartbeat in words', between('data: keep-alive\n\ndata: : OPENROUTER PROCESSING\n\n')],
  ['events without the empty lines between them', streamed(whole.replaceAll('\n\n', '\n'))],
  ['lines of JSON without fields', streamed(whole.replaceAll('data: ', '').replaceAll('\n\n', '\n'))],
  ['chunks in a list', streamed(event([JSON.parse(chunk({ content: TEXT }).slice(6)), null]), finish())],
  [
    'a null among the parts (upstream/parts-with-null)',
    streamed(chunk({ content: [null, { type: 'text', text: TEXT }] }), finish()),
  ],
  ['parts that are texts (upstream/parts-of-strings)', streamed(chunk({ content: [FIRST, SECOND] }), finish())],
  [
    'one part that is no list (upstream/content-object)',
    streamed(chunk({ content: { type: 'text', text: TEXT } }), finish()),
  ],
  ['pictures among the parts', streamed(chunk({ content: [{ type: 'image_url' }, { text: TEXT }] }), finish())],
  ['a choice that is null', between(event({ choices: [null] }))],
  ['a whole message instead of deltas (upstream/message-not-delta)', streamed(event(completion), done)],
  ['a message that repeats the deltas', streamed(openAi.say(FIRST, SECOND), event(completion), done)],
  [
    'messages, one for each piece',
    streamed(...[FIRST, SECOND].map((content) => event({ choices: [{ message: { content } }] })), done),
  ],
  ['the form of completions', streamed(event({ choices: [{ text: TEXT, finish_reason: 'stop' }] }), done)],
  [
    'thoughts in tags (upstream/think-tags)',
    streamed(openAi.say('<think>\nSecret', ' deliberation here.\n</th', 'ink>\n\n', TEXT), finish(), done),
  ],
  ['thoughts in its own line', streamed(openAi.say('<think> hm </th', 'ink>', TEXT), finish('length'), done)],
  ['a stream called JSON (upstream/sse-as-json)', (call) => call.start('application/json; charset=utf-8').end(whole)],
  ['a stream called a page', (call) => call.start('text/html').end(whole)],
  ['a stream with status 201', (call) => call.response.writeHead(201).end(whole)],
  ['one document instead of a stream (upstream/json-not-stream)', (call) => call.json(200, completion)],
  ['one document called a stream', streamed(JSON.stringify(completion))],
  ['a document over several lines', (call) => call.json(200, JSON.stringify(completion, null, 2))],
  ['a document without a finish_reason', (call) => call.json(200, { choices: [{ message: { content: TEXT } }] })],
  ['brotli (upstream/br-unasked)', compressed('br', brotliCompressSync(whole))],
  ['gzip (upstream/gzip-unasked)', compressed('gzip', gzipSync(whole))],
  ['deflate', compressed('deflate', deflateSync(whole))],
  ['a picture of 3 MB', between(chunk({ images: [{ image_url: { url: 'x'.repeat(3_000_000) } }] }))],
];

const message = {
  type: 'message',
  content: [{ type: 'thinking', thinking: 'hm' }, null, { type: 'text', text: TEXT }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 5, output_tokens: 7 },
};
const stop = event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } });

const anthropicAnswers: Array<[string, Reply]> = [
  ['no message_stop (upstream/a-no-message-stop)', streamed(anthropic.say(FIRST, SECOND), stop)],
  ['[DONE] instead of message_stop (upstream/a-done-instead)', streamed(anthropic.say(FIRST, SECOND), stop, done)],
  ['[DONE] alone', streamed(anthropic.say(FIRST, SECOND), done)],
  ['heartbeats', streamed(anthropic.say(FIRST), 'data: null\n\n', 'data: ping\n\n', anthropic.say(SECOND), stop)],
  ['one document instead of a stream (upstream/a-json-not-stream)', (call) => call.json(200, message)],
  ['gzip', compressed('gzip', gzipSync(anthropic.say(TEXT) + anthropic.finish()))],
];

/** What the answer to one question is; and that it was asked once. */
async function answer(dialect: Dialect, reply: Reply) {
  const upstream = await Upstream.start();
  const model = dialect.make(upstream.url);
  upstream.reply = reply;
  const heard = await hear(model).finally(() => model.close());
  const calls = upstream.calls.length;
  await upstream.stop();
  return { ...heard, calls };
}

describe('an answer is taken with', () => {
  it.each(openAiAnswers)('%s', async (_name, reply) => {
    expect(await answer(openAi, reply)).toMatchObject({ text: TEXT, error: undefined, calls: 1 });
  });

  it.each(anthropicAnswers)('%s (Anthropic)', async (_name, reply) => {
    expect(await answer(anthropic, reply)).toMatchObject({ text: TEXT, error: undefined, calls: 1 });
  });

  it('2 MB of text in one line (upstream/line-2mb)', async () => {
    const text = 'x'.repeat(2_000_000);
    const heard = await answer(openAi, streamed(openAi.say(text), finish(), done));
    expect([heard.text.length, heard.error]).toEqual([text.length, undefined]);
  });

  it('usage, where it comes as one document', async () => {
    expect((await answer(openAi, (call) => call.json(200, completion))).usage).toEqual({
      inputTokens: 5,
      outputTokens: 7,
    });
    expect((await answer(anthropic, (call) => call.json(200, message))).usage).toEqual({
      inputTokens: 5,
      outputTokens: 7,
    });
  });
});

describe('an answer that begins with a word for thoughts', () => {
  const said = ['<think> tags mark thoughts of a model. ', 'They come first.'];

  it('is kept as it came where the limit cut it', async () => {
    const heard = await answer(openAi, streamed(openAi.say(...said), finish('length'), done));
    expect(heard).toMatchObject({ text: said.join(''), error: undefined, finishReason: 'length' });
  });

  it('is kept as far as it came where it breaks off', async () => {
    const heard = await answer(openAi, streamed(openAi.say(...said)));
    expect(heard).toMatchObject({ text: said.join(''), error: { code: 'model_broken_stream' } });
  });
});

describe('why an answer ended', () => {
  it.each([
    ['stop', 'stop'],
    ['eos', 'stop'],
    ['STOP', 'stop'],
    ['length', 'length'],
    ['max_tokens', 'length'],
    ['FinishReason.MAX_TOKENS', 'length'],
    ['tool_calls', 'tool-calls'],
    ['function_call', 'tool-calls'],
  ])('is told: %s is %s (upstream/cut-off)', async (word, finishReason) => {
    const heard = await answer(openAi, streamed(openAi.say(TEXT), finish(word), done));
    expect(heard).toMatchObject({ text: TEXT, error: undefined, finishReason });
  });

  it('is told where the limit was reached before any word (upstream/reasoning-only-cut)', async () => {
    const thoughts = chunk({ reasoning_content: 'hm' });
    const heard = await answer(openAi, streamed(thoughts, finish('length'), done));
    expect(heard).toEqual({ texts: [], text: '', error: undefined, finishReason: 'length', calls: 1 });
    const inTags = await answer(openAi, streamed(openAi.say('<think>\nhm'), finish('length'), done));
    expect(inTags).toMatchObject({ text: '', error: undefined, finishReason: 'length' });
  });

  it('is told before a refusal’s error', async () => {
    const heard = await answer(openAi, streamed(openAi.say(TEXT), finish('content_filter'), done));
    expect(heard).toMatchObject({ finishReason: 'content-filter', error: { code: 'model_refused', retryable: false } });
  });

  it.each(['null', 'none', 'not_finished', 'constructor', ''])('is not told by “%s”, which is no end', async (word) => {
    const heard = await answer(openAi, streamed(openAi.say(TEXT), finish(word)));
    expect(heard).toMatchObject({ text: TEXT, error: { code: 'model_broken_stream' } });
  });
});

it('an error in a stream is a throttle where its status says so, whatever its words (upstream/error-rate-in-stream)', async () => {
  const problem = { message: 'Too many tokens, please wait before trying again.', code: 429 };
  const heard = await answer(openAi, streamed(event({ error: problem })));
  expect(heard.error).toMatchObject({ code: 'model_rate_limited', retryable: true });
});

describe('an answer that can not be read', () => {
  it('is told once, by how it is compressed', async () => {
    const { error, calls } = await answer(openAi, compressed('snappy', Buffer.from('???')));
    expect([error.retryable, calls]).toEqual([false, 1]);
    expect(error.message).toContain('snappy');
  });

  it('is broken where what is compressed is cut or garbled', async () => {
    for (const body of [gzipSync(whole).subarray(0, 40), Buffer.from('no gzip at all')]) {
      expect((await answer(openAi, compressed('gzip', body))).error).toMatchObject({ code: 'model_broken_stream' });
    }
  });

  it('is broken where a piece is garbled, also after what was called its end', async () => {
    for (const garbled of [
      'data: {"choices":[{"delta":{"content":"x\n\n',
      'dta: {"choices":[{"delta":{"content":"x"}}]}\n\n',
    ]) {
      const heard = await answer(openAi, streamed(openAi.say(FIRST), finish(), garbled, finish(), done));
      expect(heard).toMatchObject({ text: FIRST, error: { code: 'model_broken_stream' } });
    }
  });

  it('is broken where more of it follows what is garbled behind its end', async () => {
    const said = [openAi.say(FIRST), finish(), done, 'data: {"id":"c1","obj\n\n', openAi.say(SECOND), finish(), done];
    expect((await answer(openAi, streamed(said.join('')))).error).toMatchObject({ code: 'model_broken_stream' });
  });

  it('tells an error that is compressed', async () => {
    const { error } = await answer(openAi, (call) => {
      call.response.writeHead(400, { 'content-encoding': 'gzip' });
      call.response.end(gzipSync(JSON.stringify({ error: { message: 'no such thing as x' } })));
    });
    expect(error.message).toContain('no such thing as x');
  });
});

it('does not ask for compression', async () => {
  const upstream = await Upstream.start();
  const model = openAi.make(upstream.url);
  upstream.reply = ended;
  await hear(model).finally(() => model.close());
  expect(upstream.calls[0].headers['accept-encoding']).toBe('identity');
  await upstream.stop();
});
