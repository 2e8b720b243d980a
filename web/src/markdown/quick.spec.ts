import { isQuick } from './quick.js';

describe('isQuick', () => {
  it('takes what people and models write', () => {
    for (const text of ['', '# a\n\n- b\n  - c\n', '> > > a', '- - -', '| a |\n| - |', '* * * * *'])
      expect(isQuick(text)).toBe(true);
  });

  it.each([
    ['long', 'x'.repeat(2_000)],
    ['quotes', '>'.repeat(50)],
    ['lists', '- '.repeat(50)],
    ['both', '> - '.repeat(20)],
    ['numbers', '1) '.repeat(20)],
  ])('leaves %s to the worker', (_name, text) => expect(isQuick(text)).toBe(false));
});
