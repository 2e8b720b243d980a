import { memo, useId, useLayoutEffect, useRef } from 'react';
import { AT_ONCE } from './growing.js';
import './markdown.css';
import { AnswerId } from './notes.js';
import type { Part } from './parts.js';
import { PartsView } from './parts-view.js';
import { PlainText } from './plain-text.js';
import { Recent } from './recent.js';
import { useGrowing } from './use-growing.js';
import { useParts } from './use-parts.js';

/** How high answers were that came into the page piece by piece: what is below them does not jump when they do so again. */
const heights = new Recent<number>(4_000_000);

const LINE = 26;
const CHARACTERS_PER_LINE = 78;

function Parts({ text, parts }: { text: string; parts: readonly Part[] }) {
  const element = useRef<HTMLDivElement>(null);
  const shown = useGrowing(parts.map(({ weight }) => weight));
  const isWhole = shown === parts.length;
  const isLong = parts.reduce((sum, { weight }) => sum + weight, 0) > AT_ONCE;
  const last = useRef({ text, isKept: false });
  useLayoutEffect(() => {
    last.current = { text, isKept: isLong && isWhole };
    if (element.current) element.current.style.minBlockSize = isWhole ? '' : `${heights.get(text) ?? 0}px`;
  }, [text, isLong, isWhole]);
  useLayoutEffect(() => {
    const { current } = element;
    return () => {
      if (current && last.current.isKept) heights.set(last.current.text, current.offsetHeight);
    };
  }, []);
  return (
    <div ref={element} className="markdown">
      <PartsView parts={parts.slice(0, shown)} />
    </div>
  );
}

function Text({ text }: { text: string }) {
  const parts = useParts(text);
  if (parts === 'failed') return <PlainText text={text} />;
  if (parts) return <Parts text={text} parts={parts} />;
  const lines = Math.min(400, Math.ceil(text.length / CHARACTERS_PER_LINE));
  return <div className="markdown" style={{ minBlockSize: lines * LINE }} />;
}

/** An answer. It may grow: then only its end is parsed again, and only what is new comes into the page. */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  return (
    <AnswerId value={useId().replace(/\W/g, '')}>
      <Text text={text} />
    </AnswerId>
  );
});
