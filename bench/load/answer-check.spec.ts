import { describe, expect, it } from '@jest/globals';
import { TOKEN_CHARS, textOf } from '../text.mjs';
import { AnswerCheck } from './answer-check.mjs';

const expected = textOf('How?', 4);
const token = (i) => expected.slice(i * TOKEN_CHARS, (i + 1) * TOKEN_CHARS);

const event = (id, name, data) => ({ id, event: name, data: JSON.stringify(data) });
const created = event('1-0', 'created', { messageId: 'm' });
const delta = (seq, text, epoch = 1) => event(`${epoch}-${seq}`, 'delta', { text });
const final = (seq, text = expected, epoch = 1, more = {}) =>
  event(`${epoch}-${seq}`, 'final', { message: { id: 'm', text, status: 'complete', ...more } });
const whole = [created, delta(1, token(0)), delta(2, token(1) + token(2)), delta(3, token(3)), final(4)];

function problemOf(events, options = { expected }) {
  const check = new AnswerCheck(options);
  for (const one of events) check.take(one);
  return check.end();
}

describe('AnswerCheck', () => {
  it('has nothing against a good answer', () => {
    expect(problemOf(whole)).toBeUndefined();
    expect(
      problemOf([created, { id: '', event: 'queued', data: '{"position":1}' }, ...whole.slice(1)]),
    ).toBeUndefined();
  });

  const without = (i) => whole.filter((_, at) => at !== i);
  it.each([
    ['a hole', without(2), 'a hole between events'],
    ['an event that came twice', [...whole.slice(0, 2), whole[1], ...whole.slice(2)], 'an event came twice'],
    ['events in another order', [created, whole[2], whole[1], ...whole.slice(3)], 'a hole between events'],
    ['no final', whole.slice(0, 4), 'no final'],
    ['no created', without(0), 'a hole between events'],
    ['nothing', [], 'no created'],
    ['created twice', [created, event('1-1', 'created', { messageId: 'm' })], 'created came twice'],
    ['a doubled token', [created, delta(1, token(0)), delta(2, token(0)), final(3)], 'wrong text'],
    ['a lost token', [created, delta(1, token(0)), delta(2, token(2)), final(3)], 'wrong text'],
    ['a lost end', [created, delta(1, token(0)), final(2, token(0))], 'text is cut'],
    ["another question's text", [created, delta(1, textOf('Why?', 4)), final(2)], 'wrong text'],
    ['a final that says something else', [...whole.slice(0, 4), final(4, 'x')], 'final differs from what was streamed'],
    [
      'the final of another answer',
      [...whole.slice(0, 4), final(4, expected, 1, { id: 'n' })],
      'final of another answer',
    ],
    ['two finals', [...whole, final(5)], 'final after the end'],
    ['something after the end', [...whole, delta(5, 'x')], 'delta after the end'],
    ['an error', [created, event('1-1', 'error', { code: 'internal' })], 'error internal'],
    [
      'an attempt that failed',
      [created, event('1-1', 'retry', { reason: 'model_unavailable' })],
      'retry model_unavailable',
    ],
    [
      'an end that is none',
      [...whole.slice(0, 4), final(4, expected, 1, { status: 'interrupted' })],
      'ended as interrupted',
    ],
    [
      'a stop that nobody asked for',
      [...whole.slice(0, 4), final(4, expected, 1, { status: 'stopped' })],
      'ended as stopped',
    ],
    ['an epoch without a reset', [created, delta(0, token(0), 2)], 'a hole between events'],
    ['a position with an id', [created, event('1-1', 'queued', { position: 1 })], 'queued has an id'],
  ])('sees %s', (_, events, problem) => {
    expect(problemOf(events)).toBe(problem);
  });

  it('takes a new start only where processes are replaced', () => {
    const reset = event('2-0', 'reset', { reason: 'handed_over' });
    const events = [created, delta(1, token(0)), reset, delta(1, expected, 2), final(2, expected, 2)];
    expect(problemOf(events)).toBe('reset handed_over');
    expect(problemOf(events, { expected, resets: true })).toBeUndefined();
    expect(problemOf([created, delta(1, token(0)), reset, final(1, expected, 2)], { expected, resets: true })).toBe(
      'final differs from what was streamed',
    );
  });

  it('takes a part of the text from one who stops', () => {
    const check = new AnswerCheck({ expected });
    check.mayStop = true;
    for (const one of [created, delta(1, token(0)), final(2, token(0), 1, { status: 'stopped' })]) check.take(one);
    expect(check.end()).toBeUndefined();
  });

  it('holds an unknown text against its beginning and the final', () => {
    const say = (text, end = text) => [created, delta(1, text), final(2, end)];
    expect(problemOf(say('You asked: How?'), { begin: 'You asked: How' })).toBeUndefined();
    expect(problemOf(say('You asked: Why?'), { begin: 'You asked: How' })).toBe('wrong text');
    expect(problemOf(say('You', 'You asked'), { begin: 'You' })).toBe('final differs from what was streamed');
  });
});
