import { matches, rangeOf } from './byte-range.js';

describe('the part that a Range header asks for', () => {
  it.each([
    [undefined, 'whole'],
    ['', 'whole'],
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=0-9', { first: 0, last: 9 }],
    ['bytes=5-', { first: 5, last: 9 }],
    ['bytes=5-100', { first: 5, last: 9 }],
    ['bytes=-3', { first: 7, last: 9 }],
    ['bytes=-100', { first: 0, last: 9 }],
    ['bytes=9-9', { first: 9, last: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=10-20', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-4', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=0-1,3-4', 'whole'],
    ['items=0-1', 'whole'],
    ['bytes=a-b', 'whole'],
    ['bytes=99999999999999999999-', 'unsatisfiable'],
  ] as const)('%j of ten bytes', (header, expected) => {
    expect(rangeOf(header, 10)).toEqual(expected);
  });

  it.each([
    ['bytes=0-', 'unsatisfiable'],
    ['bytes=-1', 'unsatisfiable'],
    [undefined, 'whole'],
  ] as const)('%j of nothing', (header, expected) => {
    expect(rangeOf(header, 0)).toEqual(expected);
  });
});

describe('If-None-Match', () => {
  it.each([
    [undefined, false],
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ['"b"', false],
    ['*', true],
    ['a', false],
    ['"aa"', false],
  ])('%j', (header, expected) => {
    expect(matches(header, '"a"')).toBe(expected);
  });
});
