import { useEffect, useRef, useState } from 'react';
import { type Lines, withColours } from './lines.js';
import type { ColouredLines } from './messages.js';
import { Parsing } from './parsing.js';
import { Recent } from './recent.js';

/** Colouring more than this takes too long. */
const MOST = 100_000;

const recent = new Recent<ColouredLines[]>(1_000_000);

/** The code in colours, as soon as they are known; plain until then, and where there are none for its language. */
export function useColours(code: string, language: string | null): Lines[] {
  const parsing = useRef<Parsing | null>(null);
  const key = `${language}\n${code}`;
  const [coloured, setColoured] = useState<readonly ColouredLines[]>(() => recent.get(key) ?? []);
  const isWanted = language !== null && code.length > 0 && code.length <= MOST;
  useEffect(() => {
    if (!isWanted || language === null || recent.get(key)) return;
    parsing.current ??= new Parsing({
      coloured(of, lines) {
        recent.set(`${language}\n${of}`, lines);
        setColoured(lines);
      },
      failed: () => undefined,
    });
    parsing.current.want({ kind: 'colour', code, language });
  }, [key, isWanted, code, language]);
  useEffect(
    () => () => {
      parsing.current?.close();
      parsing.current = null;
    },
    [],
  );
  return withColours(code, recent.get(key) ?? coloured);
}
