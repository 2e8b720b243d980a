import type { Dispatcher } from 'undici';
import { AnswerStream } from './answer-stream.js';
import { chunk, event } from './dialect.testing.js';
import type { ModelError } from './model.js';
import { openAiReader } from './openai-events.js';
import { ProviderCall, TICK_MS } from './provider-call.js';
import { ProviderFailures } from './provider-failures.js';
import { Ticker } from './ticker.js';

/** A ticker whose time goes by only here. */
class HandTicker extends Ticker {
  private one: { tick(): void } | undefined;
  override add(member: { tick(): void }): void {
    this.one = member;
  }
  override remove(): void {
    this.one = undefined;
  }
  pass(ms: number): void {
    for (let i = 0; i < ms / TICK_MS; i++) this.one?.tick();
  }
}

/** One answer, its bytes and its time in the test's hands. */
function begin(reading = 120_000) {
  const ticker = new HandTicker(TICK_MS);
  const failures = new ProviderFailures({ label: 'It', keyFrom: 'KEY', secrets: [] }, 'm');
  let call!: ProviderCall;
  const controller = { paused: false, pause() {}, resume() {}, abort() {} } as unknown as Dispatcher.DispatchController;
  const send = (listener: ConstructorParameters<typeof ProviderCall>[0]) =>
    (call = new ProviderCall(listener, { connecting: 1000, waiting: 60_000, reading }, ticker));
  const prepare = () => ({ send, reader: openAiReader(failures), failures });
  const answer = new AnswerStream({ prepare, onTaken() {} }, new AbortController().signal);
  call.onRequestStart(controller);
  call.onResponseStart(controller, 200, {});
  return {
    hear: (data: string) => call.onResponseData(controller, Buffer.from(data)),
    pass: (ms: number) => ticker.pass(ms),
    end: () => call.onResponseEnd(),
    reset: () => call.onResponseError(controller, new Error('reset')),
    /** All that it said, and its error. */
    async whole() {
      let text = '';
      try {
        for await (const part of answer) if ('text' in part) text += part.text;
      } catch (error) {
        return [text, (error as ModelError).code];
      }
      return [text, undefined];
    },
  };
}

const say = (content: string, finish_reason: string | null = null) =>
  event({ choices: [{ index: 0, delta: { content }, finish_reason }] });
const words = ['w1 ', 'w2 ', 'w3 ', 'w4 ', 'w5 ', 'w6 ', 'w7 ', 'w8 '];
const all = words.join('') + 'end';

describe('an answer of eight seconds is whole', () => {
  it.each([
    ['“stop” in every chunk (upstream/finish-stop-every-chunk)', ['stop']],
    ['“null” as a text in every chunk (upstream/finish-null-string)', ['null']],
    ['“”, “none” and “not_finished” in turns (upstream/finish-none-string)', ['', 'none', 'not_finished']],
  ])('with %s', async (_name, reasons) => {
    const { hear, pass, end, whole } = begin();
    words.forEach((word, at) => {
      hear(say(word, reasons[at % reasons.length]));
      pass(1000);
    });
    hear(say('end', 'stop'));
    end();
    expect(await whole()).toEqual([all, undefined]);
  });

  it('with “stop” amid it (upstream/finish-stop-mid)', async () => {
    const { hear, pass, end, whole } = begin();
    hear(say('start ', 'stop'));
    for (const word of words) {
      pass(1000);
      hear(say(word));
    }
    hear(say('end'));
    hear(event('[DONE]'));
    end();
    expect(await whole()).toEqual([`start ${all}`, undefined]);
  });

  it.each([
    ['in silence', ''],
    ['aloud', chunk({ reasoning_content: 'hm' })],
  ])(
    'with “stop” before its first word, and seven seconds of thinking %s (extra/stops-first-then-think)',
    async (_name, sign) => {
      const { hear, pass, end, whole } = begin();
      hear(say('', 'stop'));
      for (let i = 0; i < 7; i++) {
        hear(sign);
        pass(1000);
      }
      hear(say('the text', 'stop'));
      end();
      expect(await whole()).toEqual(['the text', undefined]);
    },
  );
});

it('is complete after five seconds of silence behind its end, while anything still comes not', async () => {
  const { hear, pass, whole } = begin();
  hear(say('text', 'stop'));
  for (let i = 0; i < 3; i++) {
    pass(4000);
    hear(': still here\n\n');
  }
  hear(say(' and more', 'stop'));
  pass(119_000);
  hear(event('[DONE]'));
  pass(1000);
  expect(await whole()).toEqual(['text and more', undefined]);
});

it('does not wait for ever for one that only gives signs of life behind its end', async () => {
  const { hear, pass, whole } = begin();
  hear(say('text', 'stop'));
  for (let i = 0; i < 20; i++) {
    pass(4000);
    hear(': still here\n\n');
  }
  expect(await whole()).toEqual(['text', undefined]);
});

it('is broken where one falls silent whose word for the end was wrong before', async () => {
  const { hear, pass, whole } = begin();
  hear(say('one ', 'stop'));
  hear(say('two ', 'stop'));
  pass(121_000);
  expect(await whole()).toEqual(['one two ', 'model_broken_stream']);
});

describe('a connection that fails behind an end', () => {
  const stop = event({ choices: [{ index: 0, delta: { role: 'assistant' }, finish_reason: 'stop' }] });
  const done = event('[DONE]');
  const broken = 'model_broken_stream';
  const rows: Array<[string, string[], string, { reset: string | undefined; silence: string | undefined }]> = [
    ['that came before any text', [stop], '', { reset: broken, silence: broken }],
    ['beside thoughts', [chunk({ reasoning: 'hm' }), stop], '', { reset: broken, silence: broken }],
    ['beside the first text', [say('The ', 'stop')], 'The ', { reset: broken, silence: broken }],
    ['beside each text', [say('The ', 'stop'), say('tide ', 'stop')], 'The tide ', { reset: broken, silence: broken }],
    [
      'beside the last text alone',
      [say('The '), say('tide', 'stop')],
      'The tide',
      { reset: broken, silence: undefined },
    ],
    ['of its own', [say('The '), say('tide'), stop], 'The tide', { reset: undefined, silence: undefined }],
    ['with its marker', [say('The tide', 'stop'), done], 'The tide', { reset: undefined, silence: undefined }],
    ['with its marker, of nothing', [stop, done], '', { reset: undefined, silence: undefined }],
  ];

  it.each(rows)('%s leaves it whole, or not', async (_name, events, text, ends) => {
    const one = begin();
    for (const data of events) one.hear(data);
    one.reset();
    const other = begin();
    for (const data of events) other.hear(data);
    other.pass(121_000);
    const heard = [await one.whole(), await other.whole()];
    expect(heard).toEqual([
      [text, ends.reset],
      [text, ends.silence],
    ]);
  });

  it.each(rows)('%s: ended as it should be, it is whole', async (_name, events, text) => {
    const { hear, end, whole } = begin();
    for (const data of events) hear(data);
    end();
    expect(await whole()).toEqual([text, undefined]);
  });
});

it('is broken by a silence that is too long, however short that is, behind an end beside its first text', async () => {
  const { hear, pass, whole } = begin(1000);
  hear(say('The ', 'stop'));
  pass(2000);
  expect(await whole()).toEqual(['The ', 'model_broken_stream']);
});
