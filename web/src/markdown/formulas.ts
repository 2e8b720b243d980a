import 'katex/dist/katex.min.css';
import type { Element, ElementContent, Root, RootContent } from 'hast';
import { fromDom } from 'hast-util-from-dom';
import katex from 'katex';
import { mathFromMarkdown } from 'mdast-util-math';
import { math } from 'micromark-extension-math';
import { prepareMath } from './prepare.js';
import type { Notation } from './render.js';

/** A formula may define little, be only so large, and name no address. */
const OPTIONS = {
  throwOnError: false,
  trust: false,
  strict: false,
  maxExpand: 200,
  maxSize: 20,
  errorColor: 'inherit',
};
const LONGEST = 4_000;

/**
 * A formula as elements. KaTeX writes well-formed XML, and as such it is read here: attributes are then nothing but text, so
 * that the page's policy has no style in them to object to. Null: it can't be shown.
 */
function typeset(tex: string, displayMode: boolean): ElementContent | null {
  if (tex.length > LONGEST) return null;
  try {
    const markup = katex.renderToString(tex, { ...OPTIONS, displayMode });
    const document = new DOMParser().parseFromString(`<span>${markup}</span>`, 'text/xml');
    if (document.querySelector('parsererror')) return null;
    return fromDom(document.documentElement) as Element;
  } catch {
    return null;
  }
}

function textOf(node: RootContent): string {
  if (node.type === 'text') return node.value;
  return 'children' in node ? node.children.map(textOf).join('') : '';
}

/** Which formula a node is, in the shape that mdast-util-math gives it. */
function isFormula(node: RootContent): { display: boolean } | null {
  const code = node.type === 'element' && node.tagName === 'pre' ? node.children[0] : node;
  if (code?.type !== 'element' || code.tagName !== 'code') return null;
  const names = [code.properties.className].flat();
  if (names.includes('math-inline')) return { display: false };
  return names.includes('math-display') ? { display: true } : null;
}

function replaceIn(parent: Root | Element): void {
  parent.children.forEach((node, at) => {
    const formula = isFormula(node);
    const typed = formula && typeset(textOf(node), formula.display);
    if (typed) parent.children[at] = typed;
    else if (node.type === 'element') replaceIn(node);
  });
}

/** Formulas, typeset. */
export const formulas: Notation = {
  prepare: prepareMath,
  extensions: [math()],
  mdastExtensions: [mathFromMarkdown()],
  transform(tree) {
    replaceIn(tree);
    return tree;
  },
};
