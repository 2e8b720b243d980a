import type { Definition, FootnoteDefinition, Nodes, Parents, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { Asked, definedElsewhere, type Names } from './names.js';
import { settle } from './settle.js';
import { extensions, mdastExtensions } from './syntax/index.js';

/** A block of an answer, parsed. */
export interface Block {
  nodes: RootContent[];
  /** What others may refer to. */
  definitions: Definition[];
  footnotes: FootnoteDefinition[];
  /** The names that the parser asked for: of what is defined, and of what is not. */
  found: string[];
  missing: string[];
}

const isParent = (node: Nodes): node is Parents => 'children' in node;

function note(node: Nodes, block: Block): void {
  if (node.type === 'definition') block.definitions.push(node);
  if (node.type === 'footnoteDefinition') block.footnotes.push(node);
  if (isParent(node)) for (const child of node.children) note(child, block);
}

/** Parses a block of a text that defines `names`: to Markdown, `[a][b]` is a link only where `b` is defined. */
export function parseBlock(source: string, names: Names): Block {
  const asked = new Asked(names);
  const { children: nodes } = fromMarkdown(source, {
    extensions: [definedElsewhere(asked), ...extensions],
    mdastExtensions,
  });
  nodes.forEach((node) => settle(node));
  const block: Block = { nodes, definitions: [], footnotes: [], ...asked.answers() };
  for (const node of nodes) note(node, block);
  return block;
}

/** Whether a block means the same in a text that defines `names` as where it was parsed. */
export const isSameAmong = (names: Names, { found, missing }: Block) =>
  found.every((name) => names.has(name)) && !missing.some((name) => names.has(name));
