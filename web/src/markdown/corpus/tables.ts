import type { Row } from './row.js';

/** Tables. */
export const tables: Row[] = [
  ['| a | b |\n| - | - |\n| 1 | 2 |', 'table(thead(tr(th(a)th(b)))tbody(tr(td(1)td(2))))'],
  ['| a |\n| - |', 'table(thead(tr(th(a))))'],
  ['| a | b |\n|:-|-:|\n| 1 | 2 |', 'table(thead(tr(th(a)th(b)))tbody(tr(td(1)td(2))))'],
  ['text\n| a | b |\n| - | - |\n| 1 | 2 |', 'p(text)table(thead(tr(th(a)th(b)))tbody(tr(td(1)td(2))))'],
  ['| a | b |\n| - | - |\n| 1 |', 'table(thead(tr(th(a)th(b)))tbody(tr(td(1)td)))'],
  ['| a |\n| - |\n| 1 | 2 |', 'table(thead(tr(th(a)))tbody(tr(td(1))))'],
  ['| a\\|b |\n| - |\n| c |', 'table(thead(tr(th(a|b)))tbody(tr(td(c))))'],
  ['| `a\\|b` |\n| - |\n| c |', 'table(thead(tr(th(code(a|b))))tbody(tr(td(c))))'],
  ['| a |\n| - |\n| b<br>c |', 'table(thead(tr(th(a)))tbody(tr(td(b↵c))))'],
  ['| a |\n| - |\n| **b** |', 'table(thead(tr(th(a)))tbody(tr(td(strong(b)))))'],
  ['| a |\n| - |\n| [b](https://example.org) |', 'table(thead(tr(th(a)))tbody(tr(td(a<https://example.org>(b)))))'],
  ['| a |\n| - |\n| 1 |\n\ntext', 'table(thead(tr(th(a)))tbody(tr(td(1))))p(text)'],
  ['| a |\n| - |\n| 1 |\ntext', 'table(thead(tr(th(a)))tbody(tr(td(1))tr(td(text))))'],
  ['- | a |\n  | - |\n  | 1 |', 'ul(li(table(thead(tr(th(a)))tbody(tr(td(1))))))'],
  ['> | a |\n> | - |\n> | 1 |', 'blockquote(table(thead(tr(th(a)))tbody(tr(td(1)))))'],
  ['| a | b |\n| - |\n| 1 | 2 |', 'p(| a | b |↵| - |↵| 1 | 2 |)'],
  ['a | b', 'p(a | b)'],
  ['| a | b |', 'p(| a | b |)'],
  ['| a |\n| --- |\n| <b>x</b> |', 'table(thead(tr(th(a)))tbody(tr(td(<b>x</b>))))'],
  ['| a |\n| - |\n| - x |', 'table(thead(tr(th(a)))tbody(tr(td(- x))))'],
  ['| السعر | b |\n| - | - |\n| 1 | 2 |', 'table!(thead(tr(th(السعر)th(b)))tbody(tr(td(1)td(2))))'],
  [
    '| a |\n| - |\n| ![x](https://example.org/a.png) |',
    'table(thead(tr(th(a)))tbody(tr(td(img<https://example.org/a.png>))))',
  ],
  [
    '| a | b |\n|---|---|\n| x[^1] | y |\n\n[^1]: n',
    'table(thead(tr(th(a)th(b)))tbody(tr(td(xsup(1))td(y))))ol(li(p(n)))',
  ],
];
