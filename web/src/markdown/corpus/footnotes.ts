import type { Row } from './row.js';

/** Footnotes. */
export const footnotes: Row[] = [
  ['a[^1]\n\n[^1]: note', 'p(asup(1))ol(li(p(note)))'],
  ['a[^1] b[^2] c[^1]\n\n[^1]: one\n[^2]: two', 'p(asup(1) bsup(2) csup(1))ol(li(p(one))li(p(two)))'],
  ['a[^b]\n\n[^a]: unused\n[^b]: used', 'p(asup(1))ol(li(p(used)))'],
  ['a[^1]', 'p(a[^1])'],
  ['[^1]: note', ''],
  ['a[^1]\n\n[^1]: one\n\n    two', 'p(asup(1))ol(li(p(one)p(two)))'],
  ['a[^1]\n\n[^1]: see [^2]\n[^2]: other', 'p(asup(1))ol(li(p(see sup(2)))li(p(other)))'],
  ['a[^ü]\n\n[^ü]: n', 'p(asup(1))ol(li(p(n)))'],
  ['> a[^1]\n\n[^1]: n', 'blockquote(p(asup(1)))ol(li(p(n)))'],
  ['- a[^1]\n\n[^1]: n', 'ul(li(asup(1)))ol(li(p(n)))'],
  ['a[^1]\n\n[^1]: `code`\n\n    ```\n    x\n    ```\n\nend', 'p(asup(1))p(end)ol(li(p(code(code))pre(x)))'],
  ['a[^1]\n\n[^1]: [l][x]\n\n[x]: https://example.org', 'p(asup(1))ol(li(p(a<https://example.org>(l))))'],
  ['[^1] a\n\n[^1]: n', 'p(sup(1) a)ol(li(p(n)))'],
  ['a[^1]\n\n[^1]: n\n\n    code by indent?\n\nb', 'p(asup(1))p(b)ol(li(p(n)p(code by indent?)))'],
  ['a^[inline]', 'p(a^[inline])'],
  ['a[^2] b[^1]\n\n[^1]: one\n[^2]: two', 'p(asup(1) bsup(2))ol(li(p(two))li(p(one)))'],
  ['**a**[^1]\n\n[^1]: **n**', 'p(strong(a)sup(1))ol(li(p(strong(n))))'],
  ['a[^1]\n\n[^1]: first\n[^1]: second', 'p(asup(1))ol(li(p(first)))'],
];
