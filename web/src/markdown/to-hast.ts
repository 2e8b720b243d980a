import type { Element, ElementContent, Root } from 'hast';
import type { Definition, FootnoteReference, Heading, Html, RootContent, Text } from 'mdast';
import { type Handler, toHast } from 'mdast-util-to-hast';
import { direct } from './direction.js';
import { isLineBreak } from './settle.js';
import type { Formula } from './syntax/math.js';

const element = (tagName: string, properties: Element['properties'], ...children: ElementContent[]): Element => ({
  type: 'element',
  tagName,
  properties,
  children,
});

/** The lines of a text. */
const linesOf = (value: string): ElementContent[] =>
  value
    .split(/[ \t]*(?:\r?\n|\r)[ \t]*/)
    .flatMap((line, at): ElementContent[] => [...(at > 0 ? [element('br', {})] : []), { type: 'text', value: line }])
    .filter((node) => node.type !== 'text' || node.value !== '');

/** A line of an answer is meant to be one: verse, addresses. */
const text: Handler = (_state, { value }: Text) => linesOf(value);

/** HTML in an answer is shown as what it is: text. But for a line break: the cell of a table has no other. */
const html: Handler = (_state, node: Html, parent) => {
  if (isLineBreak(node)) return element('br', {});
  const isBlock = /^(?:root|blockquote|listItem|footnoteDefinition)$/.test(parent?.type ?? '');
  return isBlock ? element('p', {}, ...linesOf(node.value)) : linesOf(node.value);
};

/** The page has headings of two levels above those of an answer. */
const heading: Handler = (state, node: Heading) => {
  const level = node.depth + 2;
  const deeper = level > 6 ? { ariaLevel: String(level) } : {};
  return element(
    `h${Math.min(6, level)}`,
    { className: [`heading-${node.depth}`], ...deeper },
    ...(state.all(node) as ElementContent[]),
  );
};

const formula: Handler = (_state, { value, opening }: Formula) =>
  element('code', { className: ['formula', opening === null ? 'is-display' : 'is-inline'] }, { type: 'text', value });

/** The footnotes of an answer in the order of their first marks, and how often each was referred to so far. */
export class Notes {
  private readonly all = new Map<string, { number: number; uses: number }>();

  /** The footnote's number, and which mark of it this is; both from 1. */
  mark(identifier: string): { number: number; use: number } {
    const { number, uses } = this.all.get(identifier) ?? { number: this.all.size + 1, uses: 0 };
    this.all.set(identifier, { number, uses: uses + 1 });
    return { number, use: uses + 1 };
  }

  /** Those that are marked meanwhile come as well. */
  identifiers(): Iterable<string> {
    return this.all.keys();
  }

  usesOf(identifier: string): number {
    return this.all.get(identifier)?.uses ?? 0;
  }

  /** What the numbers of further marks depend on. */
  before(identifiers: readonly string[]): unknown {
    const known = identifiers.map((identifier) => this.all.get(identifier) ?? null);
    return known.includes(null) ? [this.all.size, known] : known;
  }
}

/** Nodes as elements, to be shown; `definitions` are what they refer to. */
export function elementsOf(nodes: RootContent[], definitions: readonly Definition[], notes: Notes): ElementContent[] {
  const footnoteReference: Handler = (_state, { identifier }: FootnoteReference) => {
    const { number, use } = notes.mark(identifier);
    return element('sup', { dataNote: number, dataUse: use }, { type: 'text', value: String(number) });
  };
  const handlers = { html, text, heading, formula, footnoteReference };
  const tree = toHast({ type: 'root', children: [...definitions, ...nodes] }, { handlers }) as Root;
  direct(tree);
  return tree.children.filter(
    (node): node is ElementContent => node.type === 'element' || (node.type === 'text' && node.value.trim() !== ''),
  );
}
