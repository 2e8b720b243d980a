import { piecesOf } from './pieces.js';

describe('piecesOf', () => {
  it('cuts at the ends of lines', () => {
    expect(piecesOf('ab\ncd\nef', 6)).toEqual(['ab\ncd', 'ef']);
  });

  it('cuts a line that is too long, but no character', () => {
    expect(piecesOf('abcdef', 4)).toEqual(['abcd', 'ef']);
    expect(piecesOf('abc👍f', 4)).toEqual(['abc', '👍f']);
  });

  it('leaves a short text whole, and nothing nothing', () => {
    expect(piecesOf('a\nb', 9)).toEqual(['a\nb']);
    expect(piecesOf('', 9)).toEqual([]);
  });
});
