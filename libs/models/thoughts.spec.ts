import { textOfTurn, textTurn } from './model.js';
import { ThoughtFilter, withoutThoughts } from './thoughts.js';
import { wellFormed } from './turns.js';

/** What is left of a text, in one piece and character by character. */
function left(text: string, isSure = false, isCut = false): string {
  const inPieces = (pieces: string[]) => {
    const filter = new ThoughtFilter(isSure);
    return pieces.map((piece) => filter.take(piece)).join('') + filter.rest(isCut);
  };
  const whole = inPieces([text]);
  expect(inPieces([...text])).toBe(whole);
  return whole;
}

describe('thoughts at the beginning of a text', () => {
  it.each([
    ['on lines of their own', '<think>\nSecret.\n</think>\n\nFour.', 'Four.'],
    ['behind white space', '\n <think>\nSecret.\n</think>\nFour.', 'Four.'],
    ['of nothing', '<think>\n\n</think>\n\nFour.', 'Four.'],
    ['of nothing at all', '<think></think>Four.', 'Four.'],
    ['in a line', '<think> The user wants 4. Yes. </think>\nIt is 4.', 'It is 4.'],
    ['in the answer’s own line', '<think> hmm </think>The real answer.', 'The real answer.'],
    ['in a line, before a title', '<think> hmm </think># Tides', '# Tides'],
    ['with no line behind them', '<think>\nSecret.\n</think>Four.', 'Four.'],
    ['with CRLF', '<think>\r\nSecret.\r\n</think>\r\n\r\nFour.', 'Four.'],
  ])('are left out: %s', (_name, text, answer) => {
    expect(left(text)).toBe(answer);
    expect(withoutThoughts(text)).toBe(answer);
  });

  it.each([
    ['`<think>` marks a thought, `</think>` its end.'],
    ['<think> marks a thought, </think> its end.'],
    ['<think> opens a thought, </think>, its end, closes it.'],
    ['<think> and </think>s are tags.'],
    ['<think>…</think> is how some models mark thoughts.\nOthers don’t.'],
    ['Some write <think>\nhm\n</think>\n\nfirst.'],
    ['<thinking>\nhm\n</thinking>\nFour.'],
    ['<think>\nwithout an end'],
    ['<think>\nwith nothing behind it\n</think>\n\n'],
    ['<thi'],
    [''],
    ['  \n'],
    ['\n\nFour.'],
  ])('are not seen in an answer that merely speaks of them, and nothing is lost: %j', (text) => {
    expect(left(text)).toBe(text);
    expect(withoutThoughts(text)).toBe(text);
  });

  it('are left out in any form where the model is known to write so', () => {
    expect(left('<think>hm</think>Four.', true)).toBe('Four.');
    expect(left('<think>hm</think> is it.', true)).toBe('is it.');
    expect(left('Four.', true)).toBe('Four.');
  });

  it('are left out where the limit cut them', () => {
    expect(left('<think>\nhm', false, true)).toBe('');
    expect(left('<think>\nhm\n</think>\n', true, true)).toBe('');
  });

  it.each([['<think> tags mark thoughts. They come'], ['<think> hm\nmaybe'], ['<think> hm </think>\n'], ['<thi']])(
    'are not seen where the limit cut what may be the answer: %j',
    (text) => expect(left(text, false, true)).toBe(text),
  );

  it('are not held for ever', () => {
    const filter = new ThoughtFilter(false);
    const text = `<think>\n${'x'.repeat(2_000_001)}`;
    expect(filter.take(text)).toBe(text);
    expect(filter.isOver).toBe(true);
  });

  it('are not sent back', () => {
    const thought = '<think>\nsecret plan\n</think>\n\nFour.';
    const turns = [textTurn('user', '2+2? <think>\n'), textTurn('assistant', thought), textTurn('user', thought)];
    expect(wellFormed(turns).map(textOfTurn)).toEqual(['2+2? <think>\n', 'Four.', thought]);
  });
});
