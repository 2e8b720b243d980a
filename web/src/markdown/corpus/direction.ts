import type { Row } from './row.js';

/** What runs from right to left. */
export const direction: Row[] = [
  ['مرحبا بالعالم', 'p!(مرحبا بالعالم)'],
  ['שלום world', 'p!(שלום world)'],
  ['hello שלום', 'p(hello שלום)'],
  ['- مرحبا\n- b', 'ul!(li(مرحبا)li(b))'],
  ['1. שלום', 'ol!(li(שלום))'],
  ['> مرحبا', 'blockquote!(p!(مرحبا))'],
  ['> hello', 'blockquote(p(hello))'],
  ['`npm` را نصب کنید', 'p!(code(npm) را نصب کنید)'],
  ['**مرحبا** world', 'p!(strong(مرحبا) world)'],
  ['# שלום', 'h3!(שלום)'],
  ['| שם |\n| - |\n| a |', 'table!(thead(tr(th(שם)))tbody(tr(td(a))))'],
  ['123', 'p(123)'],
  ['- 1\n- 2', 'ul(li(1)li(2))'],
  ['مرحبا\n\nhello', 'p!(مرحبا)p(hello)'],
  ['> - שלום', 'blockquote!(ul!(li(שלום)))'],
  ['- hello\n  - שלום', 'ul(li(helloul!(li(שלום))))'],
];
