import { Component, memo, type ReactNode, useRef } from 'react';
import { onDemand } from '../on-demand.js';
import { type Blocks, splitBlocks } from './blocks.js';
import './markdown.css';
import { PlainText } from './plain-text.js';
import { hasMath } from './prepare.js';
import { renderMarkdown } from './render.js';

const formulas = onDemand(() => import('./formulas.js').then((module) => module.formulas));

/** Longer blocks, and lines that no person wrote, are shown as they are: to parse them would hold up the page. */
const LONGEST_BLOCK = 50_000;
const LONGEST_LINE = 8_000;

function isPlain(text: string): boolean {
  if (text.length > LONGEST_BLOCK) return true;
  if (text.length <= LONGEST_LINE) return false;
  return text.split('\n').some((line) => line.length > LONGEST_LINE);
}

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
  return isPlain(text) ? <PlainText text={text} /> : <Parsed text={text} />;
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
