import type { Row } from './row.js';

/** HTML is shown as text. */
export const html: Row[] = [
  ['<b>a</b>', 'p(<b>a</b>)'],
  ['a <br> b', 'p(a ↵ b)'],
  ['a\n<br>\nb', 'p(a↵b)'],
  ['a<br>\nb', 'p(a↵b)'],
  ['a\n<br/>b', 'p(a↵b)'],
  ['a\n<br>\n<br>\nb', 'p(a↵↵b)'],
  ['**a**\n<br>\n**b**', 'p(strong(a)↵strong(b))'],
  ['a<br/>b', 'p(a↵b)'],
  ['<div>\na\n</div>', 'p(<div>↵a↵</div>)'],
  ['<script>alert(1)</script>', 'p(<script>alert(1)</script>)'],
  ['<!-- a -->', 'p(<!-- a -->)'],
  ['<img src=x onerror=alert(1)>', 'p(<img src=x onerror=alert(1)>)'],
  ['<details><summary>a</summary>\n\n**b**\n\n</details>', 'p(<details><summary>a</summary>)p(strong(b))p(</details>)'],
  ['<a href="javascript:x">a</a>', 'p(<a href="javascript:x">a</a>)'],
  ['a < b > c', 'p(a < b > c)'],
  ['<kbd>Ctrl</kbd>', 'p(<kbd>Ctrl</kbd>)'],
  ['2 < 3', 'p(2 < 3)'],
  ['&lt;b&gt;', 'p(<b>)'],
  ['<b>**a**</b>', 'p(<b>strong(a)</b>)'],
];
