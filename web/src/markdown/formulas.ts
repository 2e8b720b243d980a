import 'katex/dist/katex.min.css';
import { mathFromMarkdown } from 'mdast-util-math';
import { math } from 'micromark-extension-math';
import rehypeKatex from 'rehype-katex';
import { VFile } from 'vfile';
import { prepareMath } from './prepare.js';
import type { Notation } from './render.js';

/** A formula may define little, be only so large, and name no address. */
const typeset = rehypeKatex({ trust: false, strict: false, maxExpand: 200, maxSize: 20, errorColor: 'currentColor' });

/** Formulas, typeset. */
export const formulas: Notation = {
  prepare: prepareMath,
  extensions: [math()],
  mdastExtensions: [mathFromMarkdown()],
  transform(tree) {
    typeset(tree, new VFile());
    return tree;
  },
};
