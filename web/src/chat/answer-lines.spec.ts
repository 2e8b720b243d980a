import type { Message } from '../api/types.js';
import { en } from '../i18n/en.js';
import { BEGINNING, type LiveAnswer } from '../streams/answers.js';
import { announcementOf, linesOf } from './answer-lines.js';

const answer = (status: Message['status'], text: string) => ({ status, text }) as Message;
const lines = (message: Message, live: Partial<LiveAnswer> = {}) => linesOf(message, { ...BEGINNING, ...live }, 0, en);
const announced = (message: Message, live: Partial<LiveAnswer> = {}) =>
  announcementOf(message, { ...BEGINNING, ...live }, en);
const refused = { code: 'model_refused', retryable: false };

describe('linesOf', () => {
  it('says that what was written is kept only where something was', () => {
    expect(lines(answer('interrupted', 'Some'))).toEqual([en.line.interrupted]);
    expect(lines(answer('interrupted', ''))).toEqual([en.line.interruptedEmpty]);
    expect(lines(answer('interrupted', ''), { error: refused })).toEqual([en.errors.model_refused]);
  });

  it('says that an answer started over, unless that failed too', () => {
    expect(lines(answer('generating', ''), { reset: 'worker_lost' })).toEqual([en.line.reset.worker_lost]);
    expect(lines(answer('complete', 'All'), { reset: 'retry' })).toEqual([en.line.reset.retry]);
    expect(lines(answer('interrupted', ''), { reset: 'retry', error: refused })).toEqual([en.errors.model_refused]);
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
    expect(announced(answer('interrupted', ''), { error: refused })).toBe(en.errors.model_refused);
    expect(announced(answer('interrupted', 'Some'))).toBe(`${en.line.interrupted} Some`);
  });
});
