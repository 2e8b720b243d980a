import type * as FromMarkdown from 'mdast-util-from-markdown';
import type * as ToHast from 'mdast-util-to-hast';
import { AnswerText, parseNow } from './answer-text.js';
import type { Part } from './parts.js';

const work = { characters: 0, nodes: 0 };

jest.mock('mdast-util-from-markdown', () => {
  const actual = jest.requireActual<typeof FromMarkdown>('mdast-util-from-markdown');
  const fromMarkdown = (text: string, options: FromMarkdown.Options) => {
    work.characters += text.length;
    return actual.fromMarkdown(text, options);
  };
  return { ...actual, fromMarkdown };
});
jest.mock('mdast-util-to-hast', () => {
  const actual = jest.requireActual<typeof ToHast>('mdast-util-to-hast');
  const toHast: typeof ToHast.toHast = (tree, options) => {
    work.nodes += 'children' in tree ? tree.children.length : 1;
    return actual.toHast(tree, options);
  };
  return { ...actual, toHast };
});

const lines = (count: number, line: (n: number) => string) => Array.from({ length: count }, (_, n) => line(n + 1));

const kinds = {
  footnotes: {
    text: lines(300, (n) => `Paragraph ${n} with a claim[^${n}] and more words.\n\n`).join(''),
    definitions: lines(300, (n) => `[^${n}]: Source ${n}\n`),
    mark: '"sup"',
  },
  links: {
    text: lines(300, (n) => `Paragraph ${n} with a claim [${n}] and more words.\n\n`).join(''),
    definitions: lines(300, (n) => `[${n}]: https://example.org/${n}\n`),
    mark: '"a"',
  },
};

const marked = (parts: Part[], mark: string) => parts.filter(({ nodes }) => nodes.includes(mark)).length;

describe.each(Object.entries(kinds))('300 %s', (_name, { text, definitions, mark }) => {
  beforeEach(() => Object.assign(work, { characters: 0, nodes: 0 }));

  it('are as much work as there is text', () => {
    const whole = text + definitions.join('');
    expect(marked(parseNow(whole), mark)).toBe(300);
    expect(work.characters).toBeLessThan(3 * whole.length);
    expect(work.nodes).toBeLessThan(5 * 300);
  });

  it('take each a block of work where they come one after the other', () => {
    const answer = new AnswerText();
    let grown = text;
    parseNow(grown, answer);
    const before = { ...work };
    for (const definition of definitions) parseNow((grown += definition), answer);
    expect(marked(parseNow(grown, answer), mark)).toBe(300);
    expect(work.characters - before.characters).toBeLessThan(3 * grown.length);
    expect(work.nodes - before.nodes).toBeLessThan(10 * 300);
  });

  it('are there before the whole is, but for the notes', () => {
    const soFar: Part[][] = [];
    for (const step of new AnswerText().parse(text + definitions.join(''))) {
      if ('soFar' in step) soFar.push(step.soFar());
      if (soFar.length === 10) break;
    }
    expect(soFar.at(-1)).toHaveLength(10);
    expect(marked(soFar.at(-1) ?? [], mark)).toBe(10);
  });
});

it('a name that is defined, no more, and then otherwise, changes only who uses it', () => {
  const answer = new AnswerText();
  const of = (definition: string) =>
    parseNow(`See [a].\n\nSee [b].\n\n${definition}`, answer).map(({ nodes }) => nodes);
  const before = of('[a]: https://example.org/1');
  expect(before[0]).toContain('example.org/1');
  expect(of('[a]: x y z')[0]).toContain('See [a].');
  const after = of('[a]: https://example.org/2');
  expect(after[0]).toContain('example.org/2');
  expect(after[1]).toBe(before[1]);
});

it('a name counts where it goes on in the next line of a quote', () => {
  const [quote] = parseNow('> See [the\n> docs].\n\n[the docs]: https://example.org');
  expect(quote.nodes).toContain('https://example.org');
});
