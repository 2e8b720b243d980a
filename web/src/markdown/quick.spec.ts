import { isQuick } from './quick.js';

describe('isQuick', () => {
  it('takes what people and models write', () => {
    for (const text of ['', '# a\n\n- b\n  - c\n', '> > > a', '- - -', '| a |\n| - |', '* * * * *'])
      expect(isQuick(text)).toBe(true);
    expect(isQuick('- **Term**: what it means, in `code` and words\n'.repeat(20))).toBe(true);
    expect(isQuick('word '.repeat(299))).toBe(true);
  });

  it.each([
    ['long', 'x'.repeat(2_000)],
    ['quotes', '>'.repeat(50)],
    ['lists', '- '.repeat(50)],
    ['both', '> - '.repeat(20)],
    ['emphasis', '*a**b'.repeat(298)],
    ['emphasis in brackets', '(*a'.repeat(498)],
    ['brackets', '['.repeat(1_495)],
    ['formulas', '\\(a '.repeat(370)],
    ['formulas set apart', '\\[a '.repeat(370)],
    ['items', '- a\n'.repeat(370)],
    ['addresses', 'a@b.c '.repeat(240)],
    ['numbers', '1) '.repeat(20)],
  ])('leaves %s to the worker', (_name, text) => expect(isQuick(text)).toBe(false));
});
