import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import { answerOf, eventsOf, head, openAiOf, RICH, someChunks, written } from '../dialects.testing.js';
import { ChatStreamWriter, wholeChat } from '../index.js';

const params = { model: 'local/tide', messages: [{ role: 'user' as const, content: 'Hi' }] };
const streamed = (chunks: Parameters<typeof written>[1], includeUsage = true) =>
  written(new ChatStreamWriter({ head: head(), includeUsage }), chunks);
const finalOf = (text: string) => openAiOf(text).chat.completions.stream(params).finalChatCompletion();
const wholeOf = (chunks: Parameters<typeof written>[1]) => wholeChat(head(), answerOf(chunks, true));

describe('a stream of chat completion chunks', () => {
  it('is what the official client puts together', async () => {
    const { choices, usage, model, id } = await finalOf(streamed(RICH));
    expect({ id, model, usage }).toEqual({
      id: 'chatcmpl-1',
      model: 'local/tide',
      usage: {
        prompt_tokens: 12,
        completion_tokens: 34,
        total_tokens: 46,
        prompt_tokens_details: { cached_tokens: 5 },
        completion_tokens_details: { reasoning_tokens: 6 },
      },
    });
    expect(choices).toEqual([
      expect.objectContaining({
        finish_reason: 'tool_calls',
        message: expect.objectContaining({
          role: 'assistant',
          content: 'The tide turns “now”.\n',
          tool_calls: [
            expect.objectContaining({
              id: 'call_1',
              function: expect.objectContaining({ arguments: '{"at":"Dover"}' }),
            }),
            expect.objectContaining({ id: 'call_2', function: expect.objectContaining({ name: 'moon' }) }),
          ],
          reasoning_details: [
            {
              type: 'reasoning.text',
              text: 'Let me see.',
              signature: 'c2ln',
              id: 'parley-0',
              format: 'anthropic-claude-v1',
              index: 0,
            },
            { type: 'reasoning.encrypted', data: 'RW5j', id: 'parley-1', format: 'anthropic-claude-v1', index: 1 },
          ],
        }),
      }),
    ]);
  });

  it('begins with the role, and ends with why, usage and the mark', () => {
    const events = eventsOf(streamed([{ text: 'Hi' }, ...RICH.slice(-2)])).map(({ data }) => data);
    expect(events[0].choices[0]).toEqual({
      index: 0,
      delta: { role: 'assistant', content: '' },
      logprobs: null,
      finish_reason: null,
    });
    expect(events[0].usage).toBeNull();
    expect(events.at(-3).choices[0]).toMatchObject({ delta: {}, finish_reason: 'tool_calls' });
    expect(events.at(-2)).toMatchObject({ choices: [], usage: { total_tokens: 46 } });
    expect(events.at(-1)).toBe('[DONE]');
    const chunks: ChatCompletionChunk[] = events.slice(0, -1);
    expect(new Set(chunks.map(({ id, object, created, model }) => `${id} ${object} ${created} ${model}`)).size).toBe(1);
  });

  it('tells usage only where it was asked for', () => {
    expect(streamed(RICH, false)).not.toContain('usage');
  });

  it('tells the probabilities of tokens', async () => {
    const logprob = { token: 'Hi', bytes: [72, 105], logprob: -0.1, top_logprobs: [] };
    const chunks = [{ text: 'Hi' }, { logprobs: [logprob] }, { finishReason: 'stop' as const }];
    expect((await finalOf(streamed(chunks))).choices[0].logprobs?.content).toEqual([logprob]);
    expect(wholeOf(chunks).choices[0].logprobs?.content).toEqual([logprob]);
  });

  it('puts two thoughts, and two texts, apart', () => {
    const chunks = [{ reasoning: 'a' }, { text: 'x' }, { reasoning: 'b' }, { text: 'y' }];
    const said = eventsOf(streamed(chunks)).flatMap(({ data }) => data.choices?.[0]?.delta ?? []);
    expect(said.map(({ reasoning_content, content }) => reasoning_content ?? content ?? '').join('|')).toBe(
      '|a|x|\n\nb|\n\ny|',
    );
    expect(wholeOf(chunks).choices[0].message).toMatchObject({ content: 'x\n\ny', reasoning_content: 'a\n\nb' });
  });

  it('that fails is an error, without a reason to end', async () => {
    const writer = new ChatStreamWriter({ head: head(), includeUsage: true });
    const told = { status: 502, code: 'model_broken_stream', message: 'It broke off.' };
    const text = writer.write({ text: 'Hi' }) + writer.write({ finishReason: 'stop' }) + writer.fail(told);
    expect(text).not.toMatch(/"finish_reason":"|DONE/);
    await expect(finalOf(text)).rejects.toMatchObject({ message: 'It broke off.', code: 'model_broken_stream' });
  });

  it('and the whole answer say the same', async () => {
    for (let seed = 0; seed < 150; seed++) {
      const chunks = someChunks(seed);
      const { choices, usage } = await finalOf(streamed(chunks));
      const { parsed: _, reasoning_content: __, ...message } = choices[0].message as any;
      const whole = wholeOf(chunks);
      const said = eventsOf(streamed(chunks)).map(({ data }) => data.choices?.[0]?.delta?.reasoning_content ?? '');
      const { reasoning_content = '', ...plain } = whole.choices[0].message;
      expect(said.join('')).toBe(reasoning_content);
      const calls = message.tool_calls?.map(({ function: { parsed_arguments: _, ...rest }, ...call }: any) => ({
        ...call,
        function: rest,
      }));
      expect({ ...message, ...(calls && { tool_calls: calls }) }).toEqual(plain);
      expect([choices[0].finish_reason, usage ?? undefined]).toEqual([whole.choices[0].finish_reason, whole.usage]);
    }
  });
});

describe('a whole chat completion', () => {
  it('is of OpenAI’s own type', () => {
    const whole: ChatCompletion = wholeOf(RICH) as ChatCompletion;
    const { logprobs: _, ...choice } = wholeOf(RICH).choices[0];
    const typed: Omit<ChatCompletion.Choice, 'logprobs'> = choice;
    expect([whole.object, typed.index]).toEqual(['chat.completion', 0]);
  });

  it('without a word has null for content, and a model that calls has stopped for that', () => {
    const whole = wholeOf([{ toolCall: { toolCallId: 'c', toolName: 'f', input: '{}' } }, { finishReason: 'stop' }]);
    expect(whole.choices[0]).toMatchObject({ message: { content: null }, finish_reason: 'tool_calls' });
  });
});
