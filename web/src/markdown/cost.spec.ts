import { asCode, isCostly } from './cost.js';

describe('isCostly', () => {
  it('leaves what people and models write alone', () => {
    const table = `| a | b | c |\n| - | - | - |\n${'| some text | more text | `code` |\n'.repeat(120)}`;
    const list = '- **word**: an explanation with a [link](https://example.org)\n'.repeat(120);
    for (const text of ['', 'word '.repeat(1_500), table, list]) expect(isCostly(text)).toBe(false);
  });

  it.each(['*a **b ', '[a](', '` `` ', '|a', '> - ', '![a][', '[^a]', 'a@b.', '<a ', '~a~~b ', '- - - '])(
    'stops %j, repeated',
    (piece) => {
      expect(isCostly(piece.repeat(2_000))).toBe(true);
      expect(isCostly(`${piece.repeat(20)}\n`.repeat(100))).toBe(true);
    },
  );

  it('stops long lines and deep indents', () => {
    expect(isCostly('x'.repeat(9_000))).toBe(true);
    expect(isCostly(`${' '.repeat(50)}- x`)).toBe(true);
  });
});

describe('asCode', () => {
  it.each([
    ['```ts title="a"\nx\n```\n', { code: 'x', language: 'ts' }],
    ['```\nx\n\ny\n', { code: 'x\n\ny', language: null }],
    ['~~~~\n```\n~~~~', { code: '```', language: null }],
    ['```js', { code: '', language: 'js' }],
  ])('takes %j apart', (block, parts) => expect(asCode(block)).toEqual(parts));

  it.each(['```a``` b', 'x\n```\ny\n```', '```\nx\n```\nafter', '``\nx'])('leaves %j to the parser', (block) => {
    expect(asCode(block)).toBeNull();
  });
});
