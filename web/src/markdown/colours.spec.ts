import type { ElementContent } from 'hast';
import { colouredLines } from './colours.js';

const textOf = (node: ElementContent): string =>
  node.type === 'text' ? node.value : node.type === 'element' ? node.children.map(textOf).join('') : '';

describe('colouredLines', () => {
  it('gives each part of the code its own elements, and changes no character', () => {
    const code = `/* a comment\n${'that goes on\n'.repeat(120)}*/\nconst a = \`x\${1}\`;`;
    const lines = colouredLines(code, 'js');
    expect(lines.length).toBe(3);
    for (const { text, nodes } of lines) {
      expect((JSON.parse(nodes) as ElementContent[]).map(textOf).join('')).toBe(text);
      expect(nodes).toContain('hljs-comment');
    }
    expect(lines.at(-1)?.nodes).toContain('hljs-keyword');
  });

  it('has none for a language that it does not know', () => {
    expect(colouredLines('a', 'no-such-language')).toEqual([]);
  });
});
