import type { Element, ElementContent, Root } from 'hast';
import type { Definition, FootnoteReference, Heading, Html, RootContent, Text } from 'mdast';
import { type Handler, toHast } from 'mdast-util-to-hast';
import { direct } from './direction.js';
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
const html: Handler = (_state, { value }: Html, parent) => {
  if (/^<br\s*\/?>$/i.test(value)) return element('br', {});
  const isBlock = /^(?:root|blockquote|listItem|footnoteDefinition)$/.test(parent?.type ?? '');
  return isBlock ? element('p', {}, ...linesOf(value)) : linesOf(value);
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

/** Where the footnotes of an answer stand, and how often each was referred to so far. */
export class Notes {
  readonly order: string[] = [];
  private readonly uses = new Map<string, number>();

  /** The footnote's number, and which mark of it this is; both from 1. */
  mark(identifier: string): { number: number; use: number } {
    if (!this.order.includes(identifier)) this.order.push(identifier);
    const use = this.usesOf(identifier) + 1;
    this.uses.set(identifier, use);
    return { number: this.order.indexOf(identifier) + 1, use };
  }

  usesOf(identifier: string): number {
    return this.uses.get(identifier) ?? 0;
  }
}

/** Nodes as elements, to be shown; `definitions` are those of the whole answer. */
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
