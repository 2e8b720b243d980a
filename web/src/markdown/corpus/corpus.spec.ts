import { AnswerText, parseNow } from '../answer-text.js';
import { elementsOfParts, outline } from '../outline.testing.js';
import { blocks } from './blocks.js';
import { code } from './code.js';
import { commonmarkEmphasis } from './commonmark-emphasis.js';
import { direction } from './direction.js';
import { emphasis } from './emphasis.js';
import { footnotes } from './footnotes.js';
import { formulas } from './formulas.js';
import { html } from './html.js';
import { links } from './links.js';
import { lists } from './lists.js';
import { money } from './money.js';
import { tables } from './tables.js';
import { verse } from './verse.js';

const corpus = {
  blocks,
  code,
  commonmarkEmphasis,
  direction,
  emphasis,
  footnotes,
  formulas,
  html,
  links,
  lists,
  money,
  tables,
  verse,
};
const outlineOf = (text: string, answer?: AnswerText) => outline(elementsOfParts(parseNow(text, answer)));

describe.each(Object.entries(corpus))('%s', (_name, rows) => {
  const named = rows.map(([markdown, expected, reported]) => {
    const name = JSON.stringify(markdown);
    return [reported ? `${name} (${reported})` : name, markdown, expected];
  });
  it.each(named)('%s', (_name, markdown, expected) => expect(outlineOf(markdown)).toBe(expected));

  it('come to the same, however the text grew', () => {
    const text = rows.map(([markdown]) => markdown).join('\n\n');
    const answer = new AnswerText();
    const step = Math.ceil(text.length / 50);
    for (let end = 0; end < text.length + step; end += step) {
      const beginning = text.slice(0, end);
      expect(outlineOf(beginning, answer)).toBe(outlineOf(beginning));
    }
  });
});
