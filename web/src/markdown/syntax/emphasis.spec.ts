import type { ElementContent } from 'hast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toHast } from 'mdast-util-to-hast';
import { parseNow } from '../answer-text.js';
import { elementsOfParts, outline } from '../outline.testing.js';

const ALPHABET = ['*', '**', 'a', 'b', '(', ')', '"', ' ', '.', '-'];

/** Always the same texts, whichever. */
function* texts(count: number): Generator<string> {
  let seed = 7;
  const next = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let n = 0; n < count; n++) {
    yield `x ${Array.from({ length: 4 + next(9) }, () => ALPHABET[next(ALPHABET.length)])
      .join('')
      .trim()}`;
  }
}

const byCommonMark = (text: string) => {
  const tree = toHast(fromMarkdown(text));
  return outline('children' in tree ? (tree.children as ElementContent[]) : []);
};

it('what is whole to CommonMark is the same here', () => {
  const whole = [...texts(8_000)]
    .map((text) => ({ text, expected: byCommonMark(text) }))
    .filter(({ expected }) => /em|strong/.test(expected) && !expected.includes('*'));
  expect(whole.length).toBeGreaterThan(300);
  for (const { text, expected } of whole) {
    expect([text, outline(elementsOfParts(parseNow(text)))]).toEqual([text, expected]);
  }
});
