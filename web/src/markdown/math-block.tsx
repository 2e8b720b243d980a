import 'katex/dist/katex.min.css';
import rehypeKatex from 'rehype-katex';
import remarkGfm from 'remark-gfm';
import remarkMath from 'remark-math';
import type { Options } from 'react-markdown';
import { MarkdownBlock } from './markdown-block.js';
import { prepareMath } from './prepare.js';

const REMARK: Options['remarkPlugins'] = [remarkGfm, remarkMath];
/** A formula may define little, be only so large, and name no address. */
const KATEX = { trust: false, strict: false, maxExpand: 200, maxSize: 20, errorColor: 'currentColor' };
const REHYPE: Options['rehypePlugins'] = [[rehypeKatex, KATEX]];

/** A block with formulas. */
export function MathBlock({ text }: { text: string }) {
  return <MarkdownBlock text={prepareMath(text)} remarkPlugins={REMARK} rehypePlugins={REHYPE} />;
}
