import { useEffect, useRef, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { query } from '../../api/client.js';

const WAIT_MS = 200;
/** The server takes no more. */
export const MOST = 100;

const wordsOf = (typed: string) => typed.slice(0, MOST).trim();

/** What is typed, and what is looked for: that stands in the address a moment later, and so outlasts a reload and the way back. */
export function useWords() {
  const [path, navigate] = useLocation();
  const words = wordsOf(new URLSearchParams(useSearch()).get('q') ?? '');
  const [typed, setTyped] = useState(words);
  const ours = useRef(words);

  useEffect(() => {
    const timer = setTimeout(() => {
      if (wordsOf(typed) === ours.current) return;
      ours.current = wordsOf(typed);
      navigate(path + query({ q: ours.current || null }), { replace: true });
    }, WAIT_MS);
    return () => clearTimeout(timer);
  }, [typed, path, navigate]);

  // The address has changed, and not by what was typed.
  useEffect(() => {
    if (words === ours.current) return;
    ours.current = words;
    setTyped(words);
  }, [words]);

  return { typed, setTyped, words };
}
