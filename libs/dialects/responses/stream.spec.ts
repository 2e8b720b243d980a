import type { Response, ResponseStreamEvent } from 'openai/resources/responses/responses';
import { answerOf, eventsOf, head, openAiOf, RICH, someChunks, written } from '../dialects.testing.js';
import { parseResponses, ResponsesStreamWriter, wholeResponse } from '../index.js';

const params = { model: 'local/tide', input: 'Hi' };
const { echo } = parseResponses({ ...params, temperature: 0.5, instructions: 'Be kind.' });
const background = { ...echo, background: true };
const writer = (options = {}) => new ResponsesStreamWriter({ head: head('resp_1'), echo, ...options });
const streamed = (chunks: Parameters<typeof written>[1], options = {}) => written(writer(options), chunks);
const finalOf = (text: string) => openAiOf(text).responses.stream(params).finalResponse();
const wholeOf = (chunks: Parameters<typeof written>[1]) => wholeResponse(head('resp_1'), echo, answerOf(chunks));
const namesOf = (text: string) => eventsOf(text).map(({ name }) => name);
const numbersOf = (text: string) => eventsOf(text).map(({ data }) => data.sequence_number);

describe('a stream of a response', () => {
  it('is what the official client puts together', async () => {
    expect(await finalOf(streamed(RICH))).toMatchObject({
      id: 'resp_1',
      object: 'response',
      model: 'local/tide',
      status: 'completed',
      temperature: 0.5,
      instructions: 'Be kind.',
      output_text: 'The tide turns “now”.\n',
      output: [
        { type: 'reasoning', id: 'rs_10', summary: [{ type: 'summary_text', text: 'Let me see.' }] },
        { type: 'reasoning', id: 'rs_11', summary: [], encrypted_content: expect.any(String) },
        { type: 'message', id: 'msg_12', status: 'completed', content: [{ type: 'output_text' }] },
        { type: 'function_call', id: 'fc_13', call_id: 'call_1', name: 'tide', arguments: '{"at":"Dover"}' },
        { type: 'function_call', id: 'fc_14', call_id: 'call_2', name: 'moon', arguments: '{}' },
      ],
      usage: {
        input_tokens: 12,
        input_tokens_details: { cached_tokens: 5 },
        output_tokens: 34,
        output_tokens_details: { reasoning_tokens: 6 },
        total_tokens: 46,
      },
    });
  });

  it('has the events of OpenAI’s, in their order, numbered from 0', () => {
    const chunks = [
      { reasoning: 'Hm.' },
      { text: 'Hi' },
      { toolCall: { toolCallId: 'c', toolName: 'f', input: '{}' } },
    ];
    const text = streamed(chunks);
    expect(namesOf(text)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.reasoning_summary_part.added',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.done',
      'response.reasoning_summary_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.completed',
    ]);
    const typed: ResponseStreamEvent[] = eventsOf(text).map(({ data }) => data);
    expect(typed.map(({ sequence_number }) => sequence_number)).toEqual(typed.map((_, i) => i));
    expect(eventsOf(text).every(({ name, data }) => data.type === name)).toBe(true);
  });

  it.each([
    ['length' as const, 'max_output_tokens'],
    ['content-filter' as const, 'content_filter'],
  ])('that was cut by %s is incomplete', async (finishReason, reason) => {
    const response = await finalOf(streamed([{ text: 'Hi' }, { finishReason }]));
    expect(response).toMatchObject({ status: 'incomplete', incomplete_details: { reason } });
  });

  it('that fails is a failed response, behind an error', async () => {
    const failing = writer();
    const told = { status: 429, code: 'budget_exhausted', message: 'Spent.' };
    const text = failing.write({ text: 'Hi' }) + failing.fail(told);
    expect(eventsOf(text).at(-2)?.data).toEqual({
      type: 'error',
      sequence_number: 6,
      code: 'budget_exhausted',
      message: 'Spent.',
      param: null,
    });
    expect(eventsOf(text).at(-1)?.data.response).toMatchObject({
      status: 'failed',
      error: { code: 'rate_limit_exceeded', message: 'Spent.' },
      output: [{ status: 'incomplete', content: [{ text: 'Hi' }] }],
    });
    await expect(finalOf(text)).rejects.toMatchObject({ code: 'budget_exhausted', message: 'Spent.' });
  });

  it('can fail before anything of it came', async () => {
    const text = writer().fail({ status: 503, code: 'queue_full', message: 'Full.' });
    expect(namesOf(text)).toEqual(['response.created', 'response.in_progress', 'error', 'response.failed']);
    await expect(finalOf(text)).rejects.toMatchObject({ code: 'queue_full' });
  });

  it('that is cancelled says so', async () => {
    const cancelled = writer();
    expect(await finalOf(cancelled.write({ text: 'Hi' }) + cancelled.cancel())).toMatchObject({ status: 'cancelled' });
  });

  it('in the background waits until its first chunk', () => {
    const waiting = writer({ echo: background });
    expect(namesOf(waiting.begin())).toEqual(['response.created', 'response.queued']);
    expect(namesOf(waiting.write({ text: 'Hi' }))[0]).toBe('response.in_progress');
    expect(waiting.begin()).toBe('');
  });

  it('is taken up again at any number', () => {
    const text = streamed(RICH, { echo: background });
    const events = text.split(/(?<=\n\n)/);
    for (let after = -1; after < events.length; after++) {
      expect(streamed(RICH, { echo: background, startingAfter: after })).toBe(events.slice(after + 1).join(''));
    }
  });

  it('starts over: the item so far is incomplete, and the response holds the finished one', async () => {
    const restarted = writer();
    const before = restarted.write({ reasoning: 'Hm.' }) + restarted.write({ text: 'The ti' });
    const between = restarted.restart({ sequence: 100 });
    const after = restarted.write({ text: 'The tide turns.' }) + restarted.end();
    expect(eventsOf(between)).toMatchObject([
      { name: 'response.output_item.done', data: { output_index: 1, item: { status: 'incomplete' } } },
    ]);
    expect(numbersOf(before + between + after)).toEqual([
      ...Array.from({ length: 12 }, (_, i) => i),
      ...Array.from({ length: 7 }, (_, i) => 100 + i),
    ]);
    const response = await finalOf(before + between + after);
    expect(response.output).toMatchObject([{ id: 'msg_12', content: [{ text: 'The tide turns.' }] }]);
    expect(wholeResponse(head('resp_1'), echo, answerOf([{ text: 'The tide turns.' }]), 2).output).toEqual(
      JSON.parse(JSON.stringify(response.output, (key, value) => (key === 'parsed' ? undefined : value))),
    );
  });

  it('goes on for whoever saw items that were not written here', () => {
    const resumed = writer({ startingAfter: 20 });
    const text = resumed.restart({ sequence: 40, index: 3 }) + resumed.write({ text: 'x' });
    expect(numbersOf(text)).toEqual([40, 41, 42]);
    expect(eventsOf(text)[0].data.output_index).toBe(3);
  });

  it('and the whole answer say the same', async () => {
    for (let seed = 0; seed < 150; seed++) {
      const chunks = someChunks(seed);
      const text = streamed(chunks);
      const { output_text: _, ...final } = JSON.parse(
        JSON.stringify(await finalOf(text), (key, value) => (/^parsed/.test(key) ? undefined : value)),
      );
      delete final.output_parsed;
      expect(final).toEqual(wholeOf(chunks));
      // What was put together of the deltas, without the last event.
      const items = eventsOf(text).flatMap(({ name, data }) => (name === 'response.output_item.done' ? data.item : []));
      expect(items).toEqual(final.output);
    }
  });
});

describe('a whole response', () => {
  it('is of OpenAI’s own type', () => {
    const whole: Pick<Response, 'id' | 'status' | 'error' | 'incomplete_details' | 'usage' | 'object'> = wholeOf(RICH);
    expect(whole.status).toBe('completed');
  });
});
