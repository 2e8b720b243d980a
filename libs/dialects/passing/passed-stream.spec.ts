import { head, random, RICH, written } from '../dialects.testing.js';
import {
  ChatPassedReader,
  ChatStreamWriter,
  hear,
  MessagesPassedReader,
  MessagesStreamWriter,
  type PassedReader,
  PassedStream,
  ResponsesPassedReader,
  ResponsesStreamWriter,
} from '../index.js';

const chat = written(new ChatStreamWriter({ head: head(), includeUsage: true }), RICH);
const messages = written(new MessagesStreamWriter({ head: head('msg_1') }), RICH);
const responses = written(new ResponsesStreamWriter({ head: head('resp_1'), echo: {} }), RICH);
const heard = {
  model: 'local/tide',
  usage: { inputTokens: 12, outputTokens: 34, cachedInputTokens: 5, reasoningTokens: 6 },
  finishReason: 'tool-calls',
  isComplete: true,
};

/** All that is handed on of a text in pieces of some sizes. */
function pass(reader: PassedReader, text: string, sizeOf: () => number) {
  const stream = new PassedStream(reader);
  const bytes = Buffer.from(text);
  const out: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const to = from + sizeOf();
    out.push(stream.feed(bytes.subarray(from, to)));
    from = to;
  }
  return { text: Buffer.concat([...out, stream.end()]).toString(), heard: stream.heard };
}

const passWhole = (reader: PassedReader, text: string) => pass(reader, text, () => text.length * 4);

describe.each([
  ['chat completions', () => new ChatPassedReader(), chat],
  ['messages', () => new MessagesPassedReader(), messages],
  ['responses', () => new ResponsesPassedReader(), responses],
])('a stream of %s that is handed on', (_name, reader, text) => {
  it.each([['\n'], ['\r\n'], ['\r']])('is the same, and was heard, however it is cut (%j)', (end) => {
    const sent = text.replaceAll('\n', end);
    const below = random(7);
    for (const sizeOf of [() => 1, () => 2, () => 3, () => 1 + below(9), () => 1 + below(400), () => 1e6]) {
      expect(pass(reader(), sent, sizeOf)).toEqual({ text: sent, heard });
    }
  });

  it('is handed on event by event', () => {
    const stream = new PassedStream(reader());
    const [first, second] = text.split(/(?<=\n\n)/);
    expect(stream.feed(Buffer.from(first + second.slice(0, -1))).toString()).toBe(first);
    expect(stream.feed(Buffer.from('\n')).toString()).toBe(second);
  });

  it('is not complete where it breaks off, and half an event is not handed on', () => {
    const events = text.split(/(?<=\n\n)/);
    const broken = events.slice(0, 4).join('');
    const passed = passWhole(reader(), broken + events[4].slice(0, 40));
    expect(passed.text).toBe(broken);
    expect(passed.heard.isComplete).toBe(false);
  });

  it('may lack its last empty line', () => {
    const passed = passWhole(reader(), text.slice(0, -2));
    expect(passed).toEqual({ text, heard });
  });

  it('is too long where an event is', () => {
    const stream = new PassedStream(reader());
    const much = Buffer.alloc(8 * 1024 * 1024, 'x');
    for (let i = 0; i < 5; i++) expect(stream.feed(much)).toHaveLength(0);
    expect(stream.heard.problem).toBeDefined();
  });
});

describe('an error in a stream that is handed on', () => {
  it.each([
    [
      'OpenAI’s',
      new ChatPassedReader(),
      'data: {"error":{"message":"sk-secret is over quota","type":"insufficient_quota"}}\n\n',
    ],
    ['one by name', new ChatPassedReader(), 'event: error\ndata: {"message":"sk-secret"}\n\n'],
    ['one in words', new ChatPassedReader(), 'event: error\ndata: sk-secret\n\n'],
    [
      'Anthropic’s',
      new MessagesPassedReader(),
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"sk-secret"}}\n\n',
    ],
    [
      'a response’s',
      new ResponsesPassedReader(),
      'event: error\ndata: {"type":"error","code":"x","message":"sk-secret"}\n\n',
    ],
    [
      'a failed response',
      new ResponsesPassedReader(),
      'data: {"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"sk-secret"}}}\n\n',
    ],
  ])('is for us alone: %s', (_name, reader, text) => {
    const before = 'data: {"x":1}\n\n';
    for (const size of [1, 7, 1000]) {
      const passed = pass(reader, `${before}${text}data: [DONE]\n\n`, () => size);
      expect(passed.text).toBe(before);
      expect(passed.heard).toMatchObject({
        problem: { message: expect.stringContaining('sk-secret') },
        isComplete: false,
      });
    }
  });

  it('is none where a text only speaks of it', () => {
    const words = JSON.stringify({
      choices: [{ delta: { content: '{"error":"x","usage":{"a":1}}\n\nevent: error' } }],
    });
    const text = `data: ${words}\n\n`;
    expect(passWhole(new ChatPassedReader(), text)).toEqual({ text, heard: { isComplete: false } });
  });
});

describe('usage of a chat completion that was not asked for', () => {
  it('is heard, and not handed on', () => {
    const without = chat.split(/(?<=\n\n)/).filter((event) => !event.includes('"choices":[],'));
    const passed = pass(new ChatPassedReader(true), chat, () => 11);
    expect(passed).toEqual({ text: without.join(''), heard });
  });

  it('is handed on where it stands beside text', () => {
    const text = 'data: {"choices":[{"delta":{"content":"Hi"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\n';
    const passed = passWhole(new ChatPassedReader(true), text);
    expect([passed.text, passed.heard.usage]).toEqual([text, { inputTokens: 1, outputTokens: 2 }]);
  });
});

describe('an answer that comes as one document', () => {
  const usage = { inputTokens: 12, outputTokens: 34 };

  it.each([
    [
      new ChatPassedReader(),
      { model: 'm', choices: [{ finish_reason: 'stop' }], usage: { prompt_tokens: 12, completion_tokens: 34 } },
    ],
    [
      new MessagesPassedReader(),
      { type: 'message', model: 'm', stop_reason: 'end_turn', usage: { input_tokens: 12, output_tokens: 34 } },
    ],
    [
      new ResponsesPassedReader(),
      {
        object: 'response',
        status: 'completed',
        model: 'm',
        error: null,
        usage: { input_tokens: 12, output_tokens: 34 },
      },
    ],
  ])('is heard, too', (reader, body) => {
    expect(hear(reader, body)).toEqual({ model: 'm', usage, finishReason: 'stop', isComplete: true });
  });

  it('may be an error', () => {
    expect(hear(new ChatPassedReader(), { error: { message: 'x' } }).problem).toMatchObject({ message: 'x' });
    const failed = { object: 'response', status: 'failed', error: { code: 'server_error', message: 'x' } };
    expect(hear(new ResponsesPassedReader(), failed).problem).toMatchObject({ message: 'x' });
  });
});
