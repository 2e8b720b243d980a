import { hasMath, limitDepth, prepareMath, safeLink } from './prepare.js';

describe('limitDepth', () => {
  it('cuts deep quotes and lists, and nothing else', () => {
    expect(limitDepth(`${'>'.repeat(200)} deep`)).toBe(`${'> '.repeat(12)} deep`);
    expect(limitDepth(`${'> '.repeat(200)}deep`)).toBe(`${'> '.repeat(12)} deep`);
    expect(limitDepth(`${'- '.repeat(40)}deep`)).toBe(`${'- '.repeat(12)} deep`);
    for (const text of ['> > quote', 'a >>> b', '--------------------', '* * *', '> a\n>> b']) {
      expect(limitDepth(text)).toBe(text);
    }
  });
});

describe('prepareMath', () => {
  it.each([
    ['\\(a+b\\)', '$a+b$'],
    ['\\[a\\]', '\n$$\na\n$$\n'],
    ['$a$ and $b$', '$a$ and $b$'],
    ['a $$b$$', 'a $$b$$'],
    ['a:\n  $$b + c$$ \nd', 'a:\n  $$\n  b + c\n  $$\nd'],
    ['> $$a$$', '> $$\n> a\n> $$'],
    ['$$\na\n$$', '$$\na\n$$'],
    ['```\n$$a$$\n```', '```\n$$a$$\n```'],
    ['costs $5 or $10', 'costs \\$5 or \\$10'],
    ['from $5 to $ 7', 'from \\$5 to \\$ 7'],
    ['`$5` and `\\(x\\)`', '`$5` and `\\(x\\)`'],
    ['```\n$x\n\\[\n```', '```\n$x\n\\[\n```'],
    ['\\$5', '\\$5'],
  ])('%j becomes %j', (from, to) => expect(prepareMath(from)).toBe(to));

  it('is asked for only where there may be maths', () => {
    expect(hasMath('costs $5')).toBe(false);
    expect(hasMath('$x$')).toBe(true);
    expect(hasMath('\\[x\\]')).toBe(true);
  });
});

describe('safeLink', () => {
  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:x',
    'data:text/html,x',
    'vbscript:x',
    '/admin',
    '#a',
    '//x',
    'file:///x',
  ])('refuses %j', (href) => expect(safeLink(href)).toBeUndefined());

  it('takes the web and mail', () => {
    expect(safeLink('https://example.org/a?b')).toBe('https://example.org/a?b');
    expect(safeLink('mailto:a@example.org')).toBe('mailto:a@example.org');
  });
});
