import { useEffect, useMemo, useRef, useState } from 'react';
import { AnswerText, parseNow } from './answer-text.js';
import { Parsing } from './parsing.js';
import type { Part } from './parts.js';
import { isPrinting } from './printing.js';
import { isNested, isQuick } from './quick.js';
import { Recent } from './recent.js';

interface Known {
  text: string;
  parts: Part[];
}

/** On paper a text of this length comes as it is. */
const MOST_PRINTED = 100_000;

/** Answers as they were when they went out of sight: a look back needs no worker. */
const recent = new Recent<Part[]>(4_000_000);

const isHere = (text: string) =>
  isQuick(text) || (isPrinting() && text.length <= MOST_PRINTED && !isNested(text) && !recent.get(text));

/**
 * An answer's parts. Null: not known yet; `failed`: there is no worker to ask. A text that grows keeps the parts of its
 * beginning until the next ones are there.
 */
export function useParts(text: string): Part[] | 'failed' | null {
  const answer = useRef(new AnswerText());
  const parsing = useRef<Parsing | null>(null);
  /** The newest that was parsed here, of this text or of a beginning of it. */
  const before = useRef<Known | null>(null);
  const [remote, setRemote] = useState<Known | null>(null);
  const [hasFailed, setFailed] = useState(false);
  const own = useMemo(() => (isHere(text) ? parseNow(text, answer.current) : (recent.get(text) ?? null)), [text]);

  useEffect(() => {
    if (own) {
      before.current = { text, parts: own };
      return;
    }
    parsing.current ??= new Parsing({
      parsed(of, parts, isLast) {
        setFailed(false);
        setRemote({ text: of, parts });
        if (isLast) before.current = { text: of, parts };
      },
      failed: () => setFailed(true),
    });
    parsing.current.want({ kind: 'parse', text });
  }, [text, own]);

  useEffect(
    () => () => {
      parsing.current?.close();
      parsing.current = null;
      const { current } = before;
      if (current && !isQuick(current.text)) recent.set(current.text, current.parts);
    },
    [],
  );

  if (own) return own;
  const known = [remote, before.current].find((one) => one && text.startsWith(one.text));
  return known?.parts ?? (hasFailed ? 'failed' : null);
}
