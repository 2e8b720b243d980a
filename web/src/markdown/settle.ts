import type { Html, Nodes, Parents, PhrasingContent, RootContent } from 'mdast';
import { endOfAddress } from './syntax/addresses.js';
import type { Formula } from './syntax/math.js';

/** Deeper quotes and lists cost much and show nothing. */
const DEEPEST = 12;

/** Emphasis within emphasis: a text that has more means to overwhelm the page. */
const DEEPEST_EMPHASIS = 20;

interface Depth {
  blocks: number;
  emphasis: number;
}

const isBlock = ({ type }: Nodes) => type === 'blockquote' || type === 'list';
const isEmphasis = ({ type }: Nodes) => type === 'emphasis' || type === 'strong' || type === 'delete';

/** What a node is replaced by where it lies too deep: what is in it. */
function unwrapped(node: Nodes, { blocks, emphasis }: Depth): RootContent[] | null {
  if (isEmphasis(node) && emphasis >= DEEPEST_EMPHASIS) return (node as Parents).children;
  if (!isBlock(node) || blocks < DEEPEST) return null;
  return node.type === 'list' ? node.children.flatMap((item) => item.children) : (node as Parents).children;
}

/** An address that was found in plain text ends before the punctuation of wide script. */
function shortened(node: Nodes): PhrasingContent[] | null {
  if (node.type !== 'link' || node.children.length !== 1) return null;
  const [child] = node.children;
  if (child.type !== 'text' || !node.url.endsWith(child.value)) return null;
  const end = endOfAddress(child.value);
  if (end < 0) return null;
  const url = node.url.slice(0, node.url.length - child.value.length + end);
  const value = child.value.slice(0, end);
  return [
    { ...node, url, children: [{ type: 'text', value }] },
    { type: 'text', value: child.value.slice(end) },
  ];
}

/** HTML for a line break. */
export const isLineBreak = ({ value }: Html) => /^<br\s*\/?>$/i.test(value);

const isFormula = (node: Nodes | undefined): node is Formula => node?.type === 'formula';

/**
 * Formulas that stand alone: `\[…\]`, and `$$…$$` where nothing else is on its lines. The line breaks around them are
 * theirs.
 */
function setApart(siblings: Nodes[]): void {
  siblings.forEach((node, at) => {
    if (!isFormula(node) || node.opening === null || !/^(?:\$\$|\\\[)$/.test(node.opening)) return;
    const [before, after] = [siblings[at - 1], siblings[at + 1]];
    const begins = !before || (before.type === 'text' && /\n[ \t]*$/.test(before.value)) || before.type === 'break';
    const ends = !after || (after.type === 'text' && /^[ \t]*\n/.test(after.value)) || after.type === 'break';
    if (node.opening === '$$' && !(begins && ends)) return;
    node.opening = null;
    if (before?.type === 'text') before.value = before.value.replace(/\n[ \t]*$/, '');
    if (after?.type === 'text') after.value = after.value.replace(/^[ \t]*\n/, '');
  });
}

/** A `<br>` on a line of its own, or at an end of one, is one line break, and not a further one. */
function breakOnce(siblings: Nodes[]): void {
  siblings.forEach((node, at) => {
    if (node.type !== 'html' || !isLineBreak(node)) return;
    const [before, after] = [siblings[at - 1], siblings[at + 1]];
    if (before?.type === 'text') before.value = before.value.replace(/[ \t]*(?:\r?\n|\r)[ \t]*$/, '');
    if (after?.type === 'text') after.value = after.value.replace(/^[ \t]*(?:\r?\n|\r)[ \t]*/, '');
  });
}

/** Puts right in a parsed tree what the parser leaves to be decided by where a node stands. */
export function settle(node: Nodes, depth: Depth = { blocks: 0, emphasis: 0 }): void {
  if (!('children' in node)) return;
  const inside = {
    blocks: depth.blocks + (isBlock(node) ? 1 : 0),
    emphasis: depth.emphasis + (isEmphasis(node) ? 1 : 0),
  };
  const children: Nodes[] = node.children;
  for (let at = 0; at < children.length; at++) {
    const instead = unwrapped(children[at], inside) ?? shortened(children[at]);
    // Looked at again: what came up may lie too deep as well.
    if (instead) children.splice(at--, 1, ...instead);
    else settle(children[at], inside);
  }
  setApart(children);
  breakOnce(children);
}
