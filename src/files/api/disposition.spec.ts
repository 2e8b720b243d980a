import { dispositionOf } from './disposition.js';

describe('Content-Disposition', () => {
  it.each([
    ['a b.png', 'image/png', true, 'inline; filename="a b.png"'],
    ['a.png', 'image/png', false, 'attachment; filename="a.png"'],
    ['a.svg', 'image/svg+xml', true, 'attachment; filename="a.svg"'],
    ['a.html', 'text/html', false, 'attachment; filename="a.html"'],
    [
      "Übersicht “1” %41'().txt",
      'text/plain',
      false,
      `attachment; filename="_bersicht _1_ _41'().txt"; filename*=UTF-8''%C3%9Cbersicht%20%E2%80%9C1%E2%80%9D%20%2541%27%28%29.txt`,
    ],
    ['a"b\\c.txt', 'text/plain', false, `attachment; filename="a_b_c.txt"; filename*=UTF-8''a%22b%5Cc.txt`],
  ])('of %j as %s', (filename, mediaType, isWrittenAnew, expected) => {
    expect(dispositionOf(filename, mediaType, isWrittenAnew)).toBe(expected);
  });
});
