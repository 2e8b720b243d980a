import { Component, memo, type ReactNode, useRef } from 'react';
import { onDemand } from '../on-demand.js';
import { type Blocks, splitBlocks } from './blocks.js';
import { CodeBlock } from './code-block.js';
import { asCode, isCostly } from './cost.js';
import './markdown.css';
import { PlainText } from './plain-text.js';
import { hasMath } from './prepare.js';
import { renderMarkdown } from './render.js';

const formulas = onDemand(() => import('./formulas.js').then((module) => module.formulas));

/** Whatever a block does to the parser, the page goes on: the block is shown as text. */
class Guard extends Component<{ text: string; children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override componentDidUpdate(before: { text: string }): void {
    if (this.state.hasFailed && before.text !== this.props.text) this.setState({ hasFailed: false });
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <PlainText text={this.props.text} /> : this.props.children;
  }
}

const Parsed = memo(function Parsed({ text }: { text: string }) {
  const needsMath = hasMath(text);
  const math = formulas.useLoaded(needsMath);
  return renderMarkdown(text, (needsMath && math) || undefined);
});

const Block = memo(function Block({ text }: { text: string }) {
  const code = asCode(text);
  if (code) return <CodeBlock {...code} />;
  return isCostly(text) ? <PlainText text={text} /> : <Parsed text={text} />;
});

/** An answer. It may grow: then only its last block is parsed again. */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const before = useRef<Blocks | undefined>(undefined);
  const { blocks } = (before.current = splitBlocks(text, before.current));
  return (
    <div className="markdown">
      {blocks.map((block, at) => (
        <Guard key={at} text={block}>
          <Block text={block} />
        </Guard>
      ))}
    </div>
  );
});
