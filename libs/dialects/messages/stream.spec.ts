import type { Message, RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages';
import { anthropicOf, answerOf, eventsOf, head, RICH, someChunks, written } from '../dialects.testing.js';
import { MessagesStreamWriter, wholeMessage } from '../index.js';

const params = { model: 'local/tide', max_tokens: 10, messages: [{ role: 'user' as const, content: 'Hi' }] };
const streamed = (chunks: Parameters<typeof written>[1]) =>
  written(new MessagesStreamWriter({ head: head('msg_1'), inputTokens: 9 }), chunks);
const finalOf = async (text: string) =>
  JSON.parse(JSON.stringify(await anthropicOf(text).messages.stream(params).finalMessage()));
const wholeOf = (chunks: Parameters<typeof written>[1]) => wholeMessage(head('msg_1'), answerOf(chunks));

describe('a stream of a message', () => {
  it('is what the official client puts together', async () => {
    expect(await finalOf(streamed(RICH))).toMatchObject({
      id: 'msg_1',
      model: 'local/tide',
      stop_reason: 'tool_use',
      content: [
        { type: 'thinking', thinking: 'Let me see.', signature: 'c2ln' },
        { type: 'redacted_thinking', data: 'RW5j' },
        { type: 'text', text: 'The tide turns “now”.\n' },
        { type: 'tool_use', id: 'call_1', name: 'tide', input: { at: 'Dover' } },
        { type: 'tool_use', id: 'call_2', name: 'moon', input: {} },
      ],
      usage: {
        input_tokens: 7,
        cache_read_input_tokens: 5,
        output_tokens: 34,
        output_tokens_details: { thinking_tokens: 6 },
      },
    });
  });

  it('has the events of Anthropic’s, in their order', () => {
    const events = eventsOf(streamed([{ text: 'Hi' }, { text: '!' }, { finishReason: 'stop' }]));
    expect(events.map(({ name }) => name)).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(events.every(({ name, data }) => data.type === name)).toBe(true);
    const typed: RawMessageStreamEvent[] = events.map(({ data }) => data);
    expect(typed[0]).toMatchObject({ message: { usage: { input_tokens: 9, output_tokens: 0 }, content: [] } });
  });

  it.each([
    [{ finishReason: 'stop' as const, stopSequence: 'END' }, 'stop_sequence', 'END'],
    [{ finishReason: 'stop' as const }, 'end_turn', null],
    [{ finishReason: 'length' as const }, 'max_tokens', null],
    [{ finishReason: 'content-filter' as const }, 'refusal', null],
  ])('ends as %j', async (chunk, stop_reason, stop_sequence) => {
    expect(await finalOf(streamed([{ text: 'x' }, chunk]))).toMatchObject({ stop_reason, stop_sequence });
  });

  it('holds one block at a time, though calls come in turns', () => {
    const call = (toolCallId: string, input: string, toolName?: string) => ({
      toolCall: { toolCallId, input, toolName },
    });
    const text = streamed([call('a', '{"x"', 'f'), call('b', '{"y"', 'g'), call('a', ':1}'), call('b', ':2}')]);
    const open: number[] = [];
    for (const { data } of eventsOf(text)) {
      if (data.type === 'content_block_start') expect(open.push(data.index)).toBe(1);
      if (data.type === 'content_block_delta') expect(open).toEqual([data.index]);
      if (data.type === 'content_block_stop') expect(open.pop()).toBe(data.index);
    }
  });

  it('that fails is an error, and no end', async () => {
    const writer = new MessagesStreamWriter({ head: head(), requestId: 'r1' });
    const text =
      writer.write({ text: 'Hi' }) + writer.fail({ status: 503, code: 'model_unavailable', message: 'Away.' });
    expect(text).not.toContain('message_stop');
    await expect(finalOf(text)).rejects.toMatchObject({ type: 'overloaded_error', errorCode: 'model_unavailable' });
  });

  it('and the whole answer say the same', async () => {
    for (let seed = 0; seed < 150; seed++) {
      const chunks = someChunks(seed);
      const { parsed_output: _, ...message } = await finalOf(streamed(chunks));
      const content = message.content.map(({ parsed_output: _, ...block }: any) => block);
      const { usage, ...whole } = wholeOf(chunks);
      expect({ ...message, content, usage: 0 }).toEqual({ ...whole, usage: 0 });
      if (usage.input_tokens) expect(message.usage).toEqual(usage);
    }
  });
});

describe('a whole message', () => {
  it('is of Anthropic’s own type', () => {
    const whole: Message = wholeOf(RICH);
    expect(whole.type).toBe('message');
  });

  it('tells what is no JSON object under a name that says so', () => {
    const inputs = ['{"a":', '[1]', '', '{"a":1}'].map((input, i) => ({
      toolCall: { toolCallId: `${i}`, toolName: 'f', input },
    }));
    expect(wholeOf(inputs).content.map((block) => 'input' in block && block.input)).toEqual([
      { INVALID_JSON: '{"a":' },
      { INVALID_JSON: '[1]' },
      {},
      { a: 1 },
    ]);
  });
});
