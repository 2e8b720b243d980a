import { useEffect, useRef, useState } from 'react';
import { errorText, useTexts } from '../i18n/index.js';
import { PlainText } from '../markdown/plain-text.js';
import { textOf } from './content.js';
import type { Passage } from './passage.js';

/** So much of the text stands around a passage. */
const AROUND = 10_000;

/** What was read of a document: that is what a model gets of it. */
export function DocumentText({ id, passage }: { id: string; passage?: Passage }) {
  const { app, files } = useTexts();
  const [read, setRead] = useState<{ text: string; hasMore: boolean } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const isWhole = passage !== undefined;
  useEffect(() => {
    const leaving = new AbortController();
    textOf(id, isWhole, leaving.signal).then(setRead, (reason: unknown) => {
      if (!leaving.signal.aborted) setError(reason);
    });
    return () => leaving.abort();
  }, [id, isWhole]);
  if (error !== null) return <p role="alert">{errorText(error)}</p>;
  if (!read) return <p className="loading">{app.loading}</p>;
  const { text, hasMore } = read;
  return (
    <section className="file-text" aria-label={files.text} tabIndex={0}>
      <h3>{files.text}</h3>
      {text.trim() === '' ? (
        <p className="hint">{files.noText}</p>
      ) : passage && passage[1] <= text.length ? (
        <Marked text={text} passage={passage} />
      ) : (
        <PlainText text={text} />
      )}
      {hasMore && <p className="hint">{files.moreText}</p>}
    </section>
  );
}

/** A passage, and what stands around it. */
function Marked({ text, passage: [start, end] }: { text: string; passage: Passage }) {
  const mark = useRef<HTMLElement>(null);
  useEffect(() => {
    // Newer browsers give back a promise, which is no clean-up.
    void mark.current?.scrollIntoView({ block: 'center' });
  }, []);
  const from = Math.max(0, start - AROUND);
  const to = Math.min(text.length, end + AROUND);
  return (
    <div className="plain-text" dir="auto">
      {from > 0 && '… '}
      {text.slice(from, start)}
      <mark ref={mark}>{text.slice(start, end)}</mark>
      {text.slice(end, to)}
      {to < text.length && ' …'}
    </div>
  );
}
