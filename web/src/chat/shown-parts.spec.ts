import type { Part } from '../api/types.js';
import { shownParts, thoughtsOf } from './shown-parts.js';

const thought = (text: string, ms: number | null = 9): Part => ({ type: 'reasoning', text, ms });
const text = (of: string): Part => ({ type: 'text', text: of });

describe('shownParts', () => {
  it('is one piece where there is nothing but text', () => {
    expect(shownParts('It is 4.')).toEqual([text('It is 4.')]);
    expect(shownParts('It is 4.', [text('It is'), text(' 4.')])).toEqual([text('It is 4.')]);
    expect(shownParts('')).toEqual([]);
  });

  it('keeps each thought at its place', () => {
    const parts = [thought('Hm.'), text('It is 4.'), thought('\n\nOr?', null), text('\n\nYes.')];
    expect(shownParts('It is 4.\n\nYes.', parts)).toBe(parts);
  });

  it('takes out the thought that stands in a text', () => {
    expect(shownParts('<think>Hm.</think>\n\nIt is 4.')).toEqual([thought('Hm.', null), text('It is 4.')]);
    expect(shownParts('<think>Still at')).toEqual([thought('Still at', null)]);
  });
});

describe('thoughtsOf', () => {
  it('is all that was thought, in whatever form', () => {
    expect(thoughtsOf({ text: 'a', parts: [thought('One'), text('a'), thought('\n\nTwo')] })).toBe('One\n\nTwo');
    expect(thoughtsOf({ text: '<think>Hm.</think>a' })).toBe('Hm.');
    expect(thoughtsOf({ text: 'a' })).toBe('');
  });
});
