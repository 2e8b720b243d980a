import { textOfTurn, textTurn } from './model.js';
import { type Parted, ThoughtFilter, type ThoughtFilterOptions, withoutThoughts } from './thoughts.js';
import { wellFormed } from './turns.js';

/** What a text is, in one piece and character by character. */
function parted(text: string, options: ThoughtFilterOptions = {}, isCut = false): Parted {
  const inPieces = (pieces: string[]) => {
    const filter = new ThoughtFilter(options);
    const all = [...pieces.map((piece) => filter.take(piece)), filter.rest(isCut)];
    const join = (key: keyof Parted) => all.map((one) => one[key]).join('');
    return { reasoning: join('reasoning'), text: join('text') };
  };
  const whole = inPieces([text]);
  expect(inPieces([...text])).toEqual(whole);
  return whole;
}

describe('thoughts at the beginning of a text', () => {
  it.each([
    ['on lines of their own', '<think>\nSecret.\n</think>\n\nFour.', 'Four.', 'Secret.'],
    ['behind white space', '\n <think>\nSecret.\n</think>\nFour.', 'Four.', 'Secret.'],
    ['of nothing', '<think>\n\n</think>\n\nFour.', 'Four.', ''],
    ['of nothing at all', '<think></think>Four.', 'Four.', ''],
    ['in a line', '<think> The user wants 4. Yes. </think>\nIt is 4.', 'It is 4.', 'The user wants 4. Yes.'],
    ['in the answer’s own line', '<think> hmm </think>The real answer.', 'The real answer.', 'hmm'],
    ['in a line, before a title', '<think> hmm </think># Tides', '# Tides', 'hmm'],
    ['with no line behind them', '<think>\nSecret.\n</think>Four.', 'Four.', 'Secret.'],
    ['with CRLF', '<think>\r\nSecret.\r\n</think>\r\n\r\nFour.', 'Four.', 'Secret.'],
  ])('are told apart: %s', (_name, text, answer, reasoning) => {
    expect(parted(text)).toEqual({ reasoning, text: answer });
    expect(parted(text, { isKnown: true })).toEqual({ reasoning, text: answer });
    expect(parted(text, { isSure: true })).toEqual({ reasoning, text: answer });
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
    expect(parted(text)).toEqual({ reasoning: '', text });
    expect(withoutThoughts(text)).toBe(text);
  });

  it('are told apart in any form where the model is known to write so', () => {
    const isSure = true;
    expect(parted('<think>hm</think>Four.', { isSure })).toEqual({ reasoning: 'hm', text: 'Four.' });
    expect(parted('<think>hm</think> is it.', { isSure })).toEqual({ reasoning: 'hm', text: 'is it.' });
    expect(parted('<think>a < b,\n\n</thi no</think>\nYes.', { isSure })).toEqual({
      reasoning: 'a < b,\n\n</thi no',
      text: 'Yes.',
    });
    expect(parted('Four.', { isSure })).toEqual({ reasoning: '', text: 'Four.' });
    expect(parted('<think>\nno end ', { isSure })).toEqual({ reasoning: 'no end', text: '' });
  });

  it('are told as they come where the model is known to write so, or was seen to', () => {
    for (const options of [{ isSure: true }, { isKnown: true }]) {
      const filter = new ThoughtFilter(options);
      const told = ['<think>\n', 'Hm, ', 'a\n', '\nb', '</think', '>\n\nFour', '.'].map((piece) => filter.take(piece));
      expect(told.map(({ reasoning }) => reasoning)).toEqual(['', 'Hm,', ' a', '\n\nb', '', '', '']);
      expect(told.map(({ text }) => text)).toEqual(['', '', '', '', '', 'Four', '.']);
    }
  });

  it('are found once they have an end and an answer behind it', () => {
    const found = jest.fn();
    const said = (text: string) => parted(text, { onFound: found });
    said('<think>\nno end');
    said('<think> hm </think>\nIt is 4.');
    said('<think>\nhm\n</think>\n');
    expect(found).not.toHaveBeenCalled();
    said('<think>\nhm\n</think>\nFour.');
    expect(found).toHaveBeenCalledTimes(2);
  });

  it('are thoughts, too, where the limit cut them', () => {
    expect(parted('<think>\nhm', {}, true)).toEqual({ reasoning: 'hm', text: '' });
    expect(parted('<think>\nhm\n</think>\n', {}, true)).toEqual({ reasoning: 'hm', text: '' });
    expect(parted('<think>\nhm\n</think>\n', { isSure: true }, true)).toEqual({ reasoning: 'hm', text: '' });
  });

  it.each([['<think> tags mark thoughts. They come'], ['<think> hm\nmaybe'], ['<think> hm </think>\n'], ['<thi']])(
    'are not seen where the limit cut what may be the answer: %j',
    (text) => expect(parted(text, {}, true)).toEqual({ reasoning: '', text }),
  );

  it('are not held for ever', () => {
    const filter = new ThoughtFilter();
    const text = `<think>\n${'x'.repeat(2_000_001)}`;
    expect(filter.take(text)).toEqual({ reasoning: '', text });
    expect(filter.isOver).toBe(true);
  });

  it('of white space alone are not held for ever, either', () => {
    const filter = new ThoughtFilter({ isSure: true });
    filter.take('<think>a');
    const { reasoning } = filter.take(' '.repeat(2_000_000));
    expect(reasoning).toHaveLength(2_000_000);
  });

  it('are not sent back', () => {
    const thought = '<think>\nsecret plan\n</think>\n\nFour.';
    const turns = [textTurn('user', '2+2? <think>\n'), textTurn('assistant', thought), textTurn('user', thought)];
    expect(wellFormed(turns).map(textOfTurn)).toEqual(['2+2? <think>\n', 'Four.', thought]);
  });
});
