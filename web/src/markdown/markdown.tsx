import { Component, lazy, memo, type ReactNode, Suspense, useRef, useState } from 'react';
import { useTexts } from '../i18n/index.js';
import { type Blocks, splitBlocks } from './blocks.js';
import { MarkdownBlock } from './markdown-block.js';
import './markdown.css';
import { hasMath } from './prepare.js';

const MathBlock = lazy(() => import('./math-block.js').then((module) => ({ default: module.MathBlock })));

/** Longer blocks, and lines that no person wrote, are shown as they are: to parse them would hold up the page. */
const LONGEST_BLOCK = 50_000;
const LONGEST_LINE = 8_000;
/** Of plain text so much is shown at first. */
const FIRST_PLAIN = 20_000;

function isPlain(text: string): boolean {
  if (text.length > LONGEST_BLOCK) return true;
  if (text.length <= LONGEST_LINE) return false;
  return text.split('\n').some((line) => line.length > LONGEST_LINE);
}

/** Text as it is. A very long one is shown in full only to those who want it. */
export function PlainText({ text }: { text: string }) {
  const texts = useTexts();
  const [isWhole, setWhole] = useState(false);
  const isCut = !isWhole && text.length > FIRST_PLAIN * 1.5;
  return (
    <div className="plain-text" dir="auto">
      {isCut ? `${text.slice(0, FIRST_PLAIN)}…` : text}
      {isCut && (
        <button type="button" className="button" onClick={() => setWhole(true)}>
          {texts.chat.showAll(text.length)}
        </button>
      )}
    </div>
  );
}

/** Whatever a block does to the parser, the page goes on: the block is shown as text. */
class Guard extends Component<{ text: string; children: ReactNode }, { failed: string | null }> {
  override state = { failed: null };

  static getDerivedStateFromError() {
    return { failed: '' };
  }

  override componentDidUpdate(before: { text: string }): void {
    if (this.state.failed !== null && before.text !== this.props.text) this.setState({ failed: null });
  }

  override render(): ReactNode {
    return this.state.failed === null ? this.props.children : <PlainText text={this.props.text} />;
  }
}

const Block = memo(function Block({ text }: { text: string }) {
  if (isPlain(text)) return <PlainText text={text} />;
  const plain = <MarkdownBlock text={text} />;
  if (!hasMath(text)) return plain;
  return (
    <Suspense fallback={plain}>
      <MathBlock text={text} />
    </Suspense>
  );
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
