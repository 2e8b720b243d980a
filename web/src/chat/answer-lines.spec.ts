import type { Message } from '../api/types.js';
import { en } from '../i18n/en.js';
import { BEGINNING, type LiveAnswer } from '../streams/answers.js';
import { announcementOf, linesOf } from './answer-lines.js';

const answer = (status: Message['status'], text: string) => ({ status, text }) as Message;
const lines = (message: Message, live: Partial<LiveAnswer> = {}, seconds = {}) =>
  linesOf(message, { ...BEGINNING, ...live }, { untilRetry: 0, quiet: 0, ...seconds }, en);
const announced = (message: Message, live: Partial<LiveAnswer> = {}) =>
  announcementOf(message, { ...BEGINNING, ...live }, en);
const refused = { code: 'model_refused', retryable: false };
const REFUSED = 'The model’s provider refused this question.';

describe('linesOf', () => {
  it('says that what was written is kept only where something was', () => {
    expect(lines(answer('interrupted', 'Some'))).toEqual([en.line.interrupted]);
    expect(lines(answer('interrupted', ''))).toEqual([en.line.interruptedEmpty]);
    expect(lines(answer('interrupted', ''), { error: refused })).toEqual([REFUSED]);
  });

  it('says that an answer started over, unless that failed too', () => {
    expect(lines(answer('generating', ''), { reset: 'worker_lost' })).toEqual([en.line.reset.worker_lost]);
    expect(lines(answer('complete', 'All'), { reset: 'retry' })).toEqual([en.line.reset.retry]);
    expect(lines(answer('interrupted', ''), { reset: 'retry', error: refused })).toEqual([REFUSED]);
  });

  it('says why an answer failed by what is stored, in the reader’s words', () => {
    const failed = (code: string, text = '', more = {}, params?: object) => {
      const error = { code, title: 'Of the server', retryable: true, params };
      return lines({ ...answer('interrupted', text), error, ...more });
    };
    expect(failed('model_rate_limited')).toEqual([en.errors.model_rate_limited]);
    expect(failed('model_misconfigured', '', {}, { reason: 'key', provider: 'Acme' })).toEqual([
      'This model is not set up correctly on the server. Acme does not take the server’s key.',
    ]);
    expect(failed('interrupted')).toEqual([en.line.interruptedEmpty]);
    expect(failed('interrupted', 'Some')).toEqual([en.line.interrupted]);
    expect(failed('a_code_of_later', 'Some')).toEqual([en.line.interrupted]);
    expect(failed('model_refused', 'Some', { finishReason: 'content-filter' })).toEqual([en.line.filtered]);
  });

  it('says that an answer was cut off', () => {
    expect(lines({ ...answer('complete', 'Some'), finishReason: 'length' })).toEqual([en.line.cut]);
    expect(lines({ ...answer('complete', 'All'), finishReason: 'stop' })).toEqual([]);
  });

  it('says of a busy provider that it is busy, not that the model failed', () => {
    const retry = (retryReason: string, untilRetry: number) =>
      lines(answer('generating', ''), { retryAt: 1, retryReason }, { untilRetry });
    expect(retry('model_rate_limited', 3)).toEqual([en.line.retryBusy(3)]);
    expect(retry('model_rate_limited', 0)).toEqual([en.line.retryBusyNow]);
    expect(retry('model_unavailable', 3)).toEqual([en.line.retry(3)]);
    expect(`${en.line.retryBusy(3)} ${en.line.retryBusyNow}`).not.toMatch(/failed/);
  });

  it('gives a sign of life where nothing comes for a while', () => {
    const quiet = (seconds: number, live = {}) => lines(answer('generating', ''), live, { quiet: seconds });
    expect(quiet(3)).toEqual([]);
    expect(quiet(20)).toEqual(['Still waiting for the model … 20 s']);
    expect(quiet(20, { position: 2 })).toEqual([en.line.queued(2)]);
    expect(quiet(20, { isLost: true })).toEqual([en.line.reconnecting]);
  });

  it('says that an answer is empty', () => {
    expect(lines(answer('complete', ' \n'))).toEqual([en.line.empty]);
    expect(lines(answer('complete', 'All'))).toEqual([]);
  });
});

describe('announcementOf', () => {
  it('calls finished what is, with its first words', () => {
    expect(announced(answer('complete', 'a'.repeat(500)))).toBe(`The answer is finished. ${'a'.repeat(400)}`);
  });

  it('says of anything else how it ended', () => {
    expect(announced(answer('complete', ''))).toBe(en.line.empty);
    expect(announced(answer('stopped', 'Some'))).toBe('You stopped this answer. Some');
    expect(announced(answer('interrupted', ''), { error: refused })).toBe(REFUSED);
    expect(announced(answer('interrupted', 'Some'))).toBe(`${en.line.interrupted} Some`);
  });
});
