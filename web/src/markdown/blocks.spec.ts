import { splitBlocks, type Blocks } from './blocks.js';

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
  'The end 👩‍👩‍👧.',
];

describe('splitBlocks', () => {
  it('cuts at empty lines, but not within lists, code or maths', () => {
    expect(blocks(SAMPLE.join(''))).toEqual(SAMPLE);
  });

  it('comes to the same, however the text grew', () => {
    const text = SAMPLE.join('');
    let grown: Blocks | undefined;
    for (let end = 0; end <= text.length; end++) {
      grown = splitBlocks(text.slice(0, end), grown);
      expect(grown.blocks.join('')).toBe(text.slice(0, end));
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

  it('does not cut where definitions reach over blocks', () => {
    expect(blocks('see [a]\n\n[a]: https://example.org\n\nb')).toHaveLength(1);
  });

  it('has one empty block for nothing', () => {
    expect(blocks('')).toEqual(['']);
  });
});
