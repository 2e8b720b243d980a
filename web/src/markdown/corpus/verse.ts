import type { Row } from './row.js';

/** Single line breaks. */
export const verse: Row[] = [
  [
    'Ein Gedicht:\n\nRosen sind rot\nVeilchen sind blau\n\nMax Muster\nHauptstr. 1\n12345 Ort',
    'p(Ein Gedicht:)p(Rosen sind rot↵Veilchen sind blau)p(Max Muster↵Hauptstr. 1↵12345 Ort)',
    'extra/poem',
  ],
  ['Rosen sind rot\nVeilchen sind blau', 'p(Rosen sind rot↵Veilchen sind blau)'],
  ['Max Muster\nHauptstr. 1\n12345 Ort', 'p(Max Muster↵Hauptstr. 1↵12345 Ort)'],
  ['**a**\n**b**', 'p(strong(a)↵strong(b))'],
  ['a\nb\n\nc\nd', 'p(a↵b)p(c↵d)'],
  ['> a\n> b', 'blockquote(p(a↵b))'],
  ['- a\n  b', 'ul(li(a↵b))'],
  ['a\n  b', 'p(a↵b)'],
  ['a \nb', 'p(a↵b)'],
  ['*a\nb*', 'p(em(a↵b))'],
  ['俳句\n五七五', 'p(俳句↵五七五)'],
  ['# a\nb\nc', 'h3(a)p(b↵c)'],
  ['A: x\nB: y', 'p(A: x↵B: y)'],
];
