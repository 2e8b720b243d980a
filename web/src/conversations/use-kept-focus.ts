import { useCallback, useLayoutEffect, useRef } from 'react';

/**
 * Keeps the focus in a list from which the row that has it is taken out: `focusAt` gives it to what stands in its place
 * then. Returns what a row calls as it goes.
 */
export function useKeptFocus(keys: readonly string[], focusAt: (place: number) => void) {
  const lost = useRef<{ key: string; place: number } | null>(null);
  useLayoutEffect(() => {
    const gone = lost.current;
    lost.current = null;
    // One that was scrolled out of sight is still in the list.
    if (gone && !keys.includes(gone.key)) focusAt(gone.place);
  });
  return useCallback((key: string, place: number) => {
    lost.current = { key, place };
  }, []);
}
