import { useSyncExternalStore } from 'react';
import { theme } from '../../preferences.js';

const dark = matchMedia('(prefers-color-scheme: dark)');

function subscribe(listener: () => void): () => void {
  dark.addEventListener('change', listener);
  const unsubscribe = theme.store.subscribe(listener);
  return () => {
    dark.removeEventListener('change', listener);
    unsubscribe();
  };
}

/** Whether the page is light or dark: for what does not follow the style sheet by itself. */
export function useScheme(): string {
  return useSyncExternalStore(subscribe, () => {
    const chosen = theme.store.get();
    return chosen === 'system' ? (dark.matches ? 'dark' : 'light') : chosen;
  });
}
