import { useEffect } from 'react';
import { Store, useStore } from './store.js';

/**
 * What is loaded only when it is needed, and never stands in the way: until it is there, or where it can't be had, there
 * is null, and the page shows something simpler.
 */
export function onDemand<T>(load: () => Promise<T>) {
  const store = new Store<{ value: T } | null>(null);
  let loading: Promise<void> | null = null;
  /** Loads it, unless that has begun. After a failure the next one who needs it tries again. */
  function start(): void {
    loading ??= load().then(
      (value) => store.set({ value }),
      () => {
        loading = null;
      },
    );
  }
  function useLoaded(isWanted = true): T | null {
    const loaded = useStore(store);
    useEffect(() => {
      if (isWanted) start();
    }, [isWanted]);
    return loaded?.value ?? null;
  }
  return { start, useLoaded };
}
