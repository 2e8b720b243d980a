import type { Dispatcher } from 'undici';
import { AnswerStream, type MakeReader } from './answer-stream.js';
import type { Heard } from './model.testing.js';
import { ProviderCall, TICK_MS } from './provider-call.js';
import { ProviderFailures } from './provider-failures.js';
import { ThoughtFilter } from './thoughts.js';
import { Ticker } from './ticker.js';

/** The answer that these bytes make, and how it ended. `isReset`: their connection failed behind them. */
export async function read(
  makeReader: (failures: ProviderFailures) => MakeReader,
  pieces: Array<string | Buffer>,
  isReset = false,
): Promise<Pick<Heard, 'text' | 'finishReason' | 'error'>> {
  const failures = new ProviderFailures({ label: 'It', keyFrom: 'KEY', secrets: [] }, 'm');
  const limits = { connecting: 1000, waiting: 1000, reading: 1000 };
  const controller = { paused: false, pause() {}, resume() {}, abort() {} } as unknown as Dispatcher.DispatchController;
  let call!: ProviderCall;
  const send = (listener: ConstructorParameters<typeof ProviderCall>[0]) =>
    (call = new ProviderCall(listener, limits, new Ticker(TICK_MS)));
  const prepare = () => ({ send, reader: makeReader(failures), failures });
  const options = { prepare, onTaken() {}, thoughts: new ThoughtFilter(false) };
  const answer = new AnswerStream(options, new AbortController().signal);
  call.onRequestStart(controller);
  call.onResponseStart(controller, 200, {});
  for (const piece of pieces) call.onResponseData(controller, Buffer.from(piece));
  if (isReset) call.onResponseError(controller, new Error('reset'));
  else call.onResponseEnd();
  const heard: Pick<Heard, 'text' | 'finishReason' | 'error'> = { text: '', error: undefined };
  try {
    for await (const part of answer) {
      if ('text' in part) heard.text += part.text;
      else if ('finishReason' in part) heard.finishReason = part.finishReason;
    }
  } catch (error) {
    heard.error = error;
  }
  call.abort();
  return heard;
}
