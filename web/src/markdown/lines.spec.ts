import { LINES, partsOfCode, withColours } from './lines.js';

describe('partsOfCode', () => {
  it('cuts at lines, and loses nothing', () => {
    const code = Array.from({ length: 2 * LINES + 5 }, (_, n) => `line ${n}`).join('\n');
    const parts = partsOfCode(code);
    expect(parts).toHaveLength(3);
    expect(parts.join('')).toBe(code);
    expect(partsOfCode('')).toEqual(['']);
    expect(partsOfCode('\n'.repeat(LINES))).toEqual(['\n'.repeat(LINES)]);
  });
});

describe('withColours', () => {
  it('shows in colours what is known, and what was written since without', () => {
    const known = { text: 'const a', nodes: '[]' };
    expect(withColours('const a = 1', [known])).toEqual([{ coloured: known, rest: ' = 1' }]);
    expect(withColours('let b', [known])).toEqual([{ coloured: null, rest: 'let b' }]);
  });
});
