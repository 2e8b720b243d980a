import type { Dispatcher } from 'undici';
import type { MakeReader } from './answer-sink.js';
import { AnswerStream } from './answer-stream.js';
import { type Heard, JoinedParts } from './model.testing.js';
import { ProviderCall, TICK_MS } from './provider-call.js';
import { ProviderFailures } from './provider-failures.js';
import { ThoughtFilter } from './thoughts.js';
import { Ticker } from './ticker.js';

export interface Read extends Pick<Heard, 'text' | 'finishReason' | 'usage' | 'error'> {
  parts: JoinedParts['parts'];
  stopSequence?: string;
  logprobs?: unknown[];
}

/** The answer that these bytes make, and how it ended. `isReset`: their connection failed behind them. */
export async function read(
  makeReader: (failures: ProviderFailures) => MakeReader,
  pieces: Array<string | Buffer>,
  isReset = false,
): Promise<Read> {
  const failures = new ProviderFailures({ label: 'It', keyFrom: 'KEY', secrets: [] }, 'm');
  const limits = { connecting: 1000, waiting: 1000, reading: 1000 };
  const controller = { paused: false, pause() {}, resume() {}, abort() {} } as unknown as Dispatcher.DispatchController;
  let call!: ProviderCall;
  const send = (listener: ConstructorParameters<typeof ProviderCall>[0]) =>
    (call = new ProviderCall(listener, limits, new Ticker(TICK_MS)));
  const prepare = () => ({ send, reader: makeReader(failures), failures });
  const options = { prepare, onTaken() {}, thoughts: new ThoughtFilter() };
  const answer = new AnswerStream(options, new AbortController().signal);
  call.onRequestStart(controller);
  call.onResponseStart(controller, 200, {});
  for (const piece of pieces) call.onResponseData(controller, Buffer.from(piece));
  if (isReset) call.onResponseError(controller, new Error('reset'));
  else call.onResponseEnd();
  const joined = new JoinedParts();
  const heard: Read = { text: '', parts: joined.parts, error: undefined };
  try {
    for await (const part of answer) {
      joined.add(part);
      if ('text' in part) heard.text += part.text;
      else if ('finishReason' in part) Object.assign(heard, part);
      else if ('logprobs' in part) (heard.logprobs ??= []).push(...part.logprobs);
      else if ('usage' in part) heard.usage = part.usage;
    }
  } catch (error) {
    heard.error = error;
  }
  call.abort();
  return heard;
}
