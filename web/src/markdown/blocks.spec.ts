import { type Blocks, splitBlocks } from './blocks.js';

const blocks = (text: string) => splitBlocks(text).blocks;

const SAMPLE = [
  '# Title\n\n',
  'A paragraph\nof two lines.\n\n',
  '- one\n\n- two\n\n  more of two\n\n',
  '```js\nconst a = 1;\n\n\nconst b = 2;\n```\n\n',
  '| a | b |\n| - | - |\n| 1 | 2 |\n\n',
  '$$\nx\n\ny\n$$\n\n',
  '> quoted\n\n',
  '1. first\n   ```\n\n   code\n   ```\n\n2. second\n\n',
  'Text right before\n',
  '~~~\ncode\n~~~\n',
  'and after.\n\n',
  '[^1]: A note\n\n    of two paragraphs\n\n',
  '[a]: https://example.org/a\n',
  '[b]: https://example.org/b\n"With a title"\n',
  '  [c]: https://example.org/c\n    [d]: https://example.org/d\n    and text\n\n',
  'The end 👩‍👩‍👧.',
];

describe('splitBlocks', () => {
  it('cuts where blocks begin, but not within lists, code, formulas or notes', () => {
    expect(blocks(SAMPLE.join(''))).toEqual(SAMPLE);
  });

  it('comes to the same, however the text grew', () => {
    const text = SAMPLE.join('');
    let grown: Blocks | undefined;
    for (let end = 0; end <= text.length; end++) {
      grown = splitBlocks(text.slice(0, end), grown);
      expect(grown.blocks).toEqual(blocks(text.slice(0, end)));
    }
  });

  it('begins anew where the text does', () => {
    expect(splitBlocks('x\n\ny', splitBlocks('a\n\nb\n\nc')).blocks).toEqual(['x\n\n', 'y']);
  });

  it('keeps an unclosed fence in one block', () => {
    expect(blocks('a\n\n```\nb\n\nc\n\nd')).toEqual(['a\n\n', '```\nb\n\nc\n\nd']);
  });

  it('does not take code within a line for a fence', () => {
    expect(blocks('```not a fence``` here\n\nb')).toHaveLength(2);
  });

  it('loses no character, also of what is no block', () => {
    for (const text of ['', '\n\n', '  \n a', 'a\r\n\r\nb\rc', '\n\n    code'])
      expect(blocks(text).join('')).toBe(text);
  });
});
