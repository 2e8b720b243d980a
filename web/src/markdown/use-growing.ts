import { startTransition, useEffect, useReducer, useRef } from 'react';
import { nextShown } from './growing.js';
import { isPrinting } from './printing.js';

/** How many of them are shown. Long ones come into the page piece by piece, so that none holds it up. */
export function useGrowing(weights: readonly number[]): number {
  const shown = useRef(0);
  const [, goOn] = useReducer((count: number) => count + 1, 0);
  const next = isPrinting() ? weights.length : nextShown(weights, shown.current);
  useEffect(() => {
    shown.current = next;
    if (next >= weights.length) return;
    const timer = setTimeout(() => startTransition(goOn));
    return () => clearTimeout(timer);
  });
  return next;
}
