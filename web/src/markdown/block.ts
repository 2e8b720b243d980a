import type { Definition, FootnoteDefinition, Nodes, Parents, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { settle } from './settle.js';
import { extensions, mdastExtensions } from './syntax/index.js';

/** A block of an answer, parsed. */
export interface Block {
  nodes: RootContent[];
  /** What others may refer to. */
  definitions: Definition[];
  footnotes: FootnoteDefinition[];
  /** The footnotes that it refers to, in order. */
  marks: string[];
  /** Whether it refers to anything. */
  refers: boolean;
}

const isParent = (node: Nodes): node is Parents => 'children' in node;

function note(node: Nodes, block: Block): void {
  if (node.type === 'definition') block.definitions.push(node);
  if (node.type === 'footnoteDefinition') block.footnotes.push(node);
  if (node.type.endsWith('Reference')) block.refers = true;
  if (node.type === 'footnoteReference') block.marks.push(node.identifier);
  // What a footnote refers to counts where the footnote stands: at the end.
  if (isParent(node) && node.type !== 'footnoteDefinition') for (const child of node.children) note(child, block);
}

/** Reads nodes as a block: what they define, and what they refer to. */
function blockOf(nodes: RootContent[]): Block {
  const block: Block = { nodes, definitions: [], footnotes: [], marks: [], refers: false };
  for (const node of nodes) note(node, block);
  return block;
}

/**
 * Parses a block. `known` are the definitions of the whole text, in a form that the parser reads before it: to Markdown,
 * `[a][b]` is a link only where `b` is defined.
 */
export function parseBlock(source: string, known: string): Block {
  const { children } = fromMarkdown(known + source, { extensions, mdastExtensions });
  const own = children.filter((node) => (node.position?.start.offset ?? 0) >= known.length);
  own.forEach((node) => settle(node));
  return blockOf(own);
}

/** Definitions as the parser reads them: their names only, what they say is looked up later. */
export function asKnown(definitions: readonly Definition[], footnotes: readonly FootnoteDefinition[]): string {
  const names = [
    ...footnotes.map(({ identifier }) => `[^${identifier}]: -\n`),
    ...definitions.map(({ identifier }) => `[${identifier}]: -\n`),
  ];
  // The comment ends the last footnote: code by indent, right after, would go on with it.
  return names.length === 0 ? '' : `${[...new Set(names)].join('')}\n<!-- -->\n\n`;
}
