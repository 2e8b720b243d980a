import { useSyncExternalStore } from 'react';

/** From here on the conversations have room beside the chat; the style sheets say the same. */
const wide = matchMedia('(width > 48rem)');

function subscribe(listener: () => void): () => void {
  wide.addEventListener('change', listener);
  return () => wide.removeEventListener('change', listener);
}

export function useIsWide(): boolean {
  return useSyncExternalStore(subscribe, () => wide.matches);
}
