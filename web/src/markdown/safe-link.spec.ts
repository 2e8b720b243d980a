import { safeLink } from './safe-link.js';

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
