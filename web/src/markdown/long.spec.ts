import type { ElementContent } from 'hast';
import { AnswerText, parseNow } from './answer-text.js';
import { elementsOfParts } from './outline.testing.js';

const PATIENT = 120_000;

/** How often each element is in the page. */
function count(text: string): Record<string, number> {
  const counts: Record<string, number> = {};
  const look = (node: ElementContent) => {
    if (node.type !== 'element') return;
    const name = node.properties.className?.toString() === 'plain' ? 'plain' : node.tagName;
    counts[name] = (counts[name] ?? 0) + 1;
    node.children.forEach(look);
  };
  elementsOfParts(parseNow(text)).forEach(look);
  return counts;
}

const lines = (number: number, line: (n: number) => string) =>
  Array.from({ length: number }, (_, n) => line(n)).join('\n');
const programOf = (length: number) =>
  lines(length, (n) => `  if (items[${n}] && count > 0) { out.push(items[${n}] * 2); } // step_${n}`);
const program = programOf(300);
const indented = (text: string, columns = 3) => text.replace(/^/gm, ' '.repeat(columns));
const script = lines(8, (n) => `docker run --name app_${n} -p ${8000 + n}:80 "$IMAGE" | tee log_${n}.txt`);
const tutorial = (columns: (step: number) => number) =>
  `# How to\n\n${lines(20, (n) => `${n + 1}. **Step ${n + 1}** – do this:\n\n${indented(`\`\`\`bash\n${script}\n\`\`\``, columns(n + 1))}\n`)}`;
const report = 'A paragraph of **plain** words about the matter at hand, of usual length.\n\n'.repeat(320);

describe('what is long and legal', () => {
  it.each([
    [
      'a table of 195 rows after text (page/table-200)',
      `All countries:\n| H0 | H1 | H2 | H3 |\n| --- | --- | --- | --- |\n${lines(195, (n) => `| cell ${n}.0 | cell ${n}.1 | cell ${n}.2 | cell ${n}.3 |`)}`,
      { p: 1, table: 1, th: 4, td: 780 },
    ],
    [
      'a table of 195 rows (extra/countries-195)',
      `| Country | Capital | Continent | Population |\n|---|---|---|---|\n${lines(195, (n) => `| Land ${n} | Town ${n} | Asia | ${n},000,000 |`)}`,
      { table: 1, th: 4, td: 780 },
    ],
    [
      'a list of 400 items (page/list-400)',
      lines(400, (n) => `- **Term ${n}**: what it means`),
      { ul: 1, li: 400, strong: 400 },
    ],
    [
      'a list of 190 items (extra/glossary-190)',
      lines(190, (n) => `- **Term ${n}**: what it means`),
      { ul: 1, li: 190, strong: 190 },
    ],
    [
      '300 lines of code after text (page/code-300-after-text)',
      `Here is the file:\n\`\`\`js\n${program}\n\`\`\``,
      { p: 1, pre: 1, code: 1 },
    ],
    [
      '300 lines of code in a list (page/code-300-list)',
      `1. Make the file:\n${indented(`\`\`\`js\n${program}\n\`\`\``)}\n2. Run it`,
      { ol: 1, li: 2, pre: 1 },
    ],
    [
      'a link defined below 200 lines of code (page/code-links-below)',
      `# Plan\n\nSee [docs][1].\n\n\`\`\`js\n${programOf(200)}\n\`\`\`\n\n- a\n\n[1]: https://example.org`,
      { h3: 1, a: 1, pre: 1, li: 1 },
    ],
    [
      'one footnote in 24,000 characters (page/footnotes-long)',
      `# Report\n\n${report}Last.[^1]\n\n[^1]: A note.`,
      { h3: 1, strong: 320, sup: 1, ol: 1 },
    ],
    [
      'a line of 9,000 characters (page/base64-line)',
      `The icon:\n\`\`\`html\n<img src="data:image/png;base64,${'QUJD'.repeat(2_250)}">\n\`\`\``,
      { p: 1, pre: 1 },
    ],
    [
      'a tutorial of 20 steps, each with 8 lines of code (extra/tutorial-20x8)',
      tutorial(() => 3),
      // Eleven lists, not one: from `10.` on, an item's content begins after four characters, so that a fence after three
      // blanks is not in it, and ends the list (CommonMark 0.31.2, 5.2, rule 1; commonmark.js gives the same).
      { h3: 1, ol: 11, li: 20, pre: 20, strong: 20 },
    ],
    [
      'the same, with its code where the text of each step begins',
      tutorial((step) => `${step}. `.length),
      { h3: 1, ol: 1, li: 20, pre: 20, strong: 20 },
    ],
    ['a paragraph of 21,000 characters', 'word **bold** '.repeat(1_500), { p: 1, strong: 1_500 }],
    ['a line of 20,000 characters', 'word '.repeat(4_000), { p: 1 }],
  ])(
    '%s',
    (_name, text, expected) => {
      const counts = count(text);
      expect(counts).toMatchObject(expected);
      expect(counts.plain).toBeUndefined();
    },
    PATIENT,
  );

  it(
    'comes in parts that are small',
    () => {
      const table = `| a | b |\n| - | - |\n${'| 1 | 2 |\n'.repeat(700)}`;
      const list = '- a\n'.repeat(1_500);
      for (const text of [table, list, report]) {
        const parts = parseNow(text);
        expect(parts.length).toBeGreaterThan(9);
        for (const { weight } of parts) expect(weight).toBeLessThan(200);
      }
    },
    PATIENT,
  );

  it(
    'changes only its last parts while it grows',
    () => {
      const text = `${report}${'- an item\n'.repeat(300)}`;
      const answer = new AnswerText();
      const before = parseNow(text, answer);
      const after = parseNow(`${text}- another item`, answer);
      const changed = after.filter(({ nodes }, at) => nodes !== before[at]?.nodes);
      expect(changed).toHaveLength(1);
    },
    PATIENT,
  );

  it(
    'is parsed anew only at its end while it grows',
    () => {
      const answer = new AnswerText();
      parseNow(report, answer);
      const looked = [...answer.parse(`${report}And more.`)].flatMap((step) =>
        'parsing' in step ? [step.parsing] : [],
      );
      // The text as it is to be cut, and the new block.
      expect(looked.slice(1)).toEqual(['And more.']);
    },
    PATIENT,
  );
});

describe('what the parser can’t do', () => {
  it(
    'is shown as it is, and nothing else is',
    () => {
      const deep = '>'.repeat(8_000);
      const counts = count(`# Title\n\n${deep}\n\n- a`);
      expect(counts).toEqual({ h3: 1, plain: 1, ul: 1, li: 1 });
    },
    PATIENT,
  );

  it('is not tried again: the block alone stays as it is, also when it grows', () => {
    const steps = new AnswerText().parse('**a**\n\nhopeless and more\n\n**b**', ['hopeless']);
    let step = steps.next();
    while (!step.done) step = steps.next();
    expect(elementsOfParts(step.value).map((node) => node.type === 'element' && node.tagName)).toEqual([
      'p',
      'div',
      'p',
    ]);
  });

  it(
    'is cut at a depth of twelve',
    () => {
      expect(count(`${'> '.repeat(60)}deep`)).toEqual({ blockquote: 12, p: 1 });
      expect(count(`${'- '.repeat(60)}deep`).ul).toBe(12);
      expect(count(`${'**a *b '.repeat(60)}${'* c**'.repeat(60)}`).plain).toBeUndefined();
    },
    PATIENT,
  );
});
