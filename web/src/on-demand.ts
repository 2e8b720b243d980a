import { useEffect } from 'react';
import { Store, useStore } from './store.js';
import { backoffMs, pause } from './streams/backoff.js';

/** A part as far as it has come. `hasFailed`: it could not be had yet; it is tried again for as long as somebody needs it. */
export interface Part<T> {
  value: T | null;
  hasFailed: boolean;
}

const failedStyles = new Set<HTMLLinkElement>();

function noteFailedStyle({ target }: Event): void {
  if (target instanceof HTMLLinkElement && target.rel === 'stylesheet') failedStyles.add(target);
}

/** The bundler asks for a part's style sheet once, whatever becomes of it. */
function renewStyles(): void {
  for (const link of failedStyles) link.replaceWith(link.cloneNode());
  failedStyles.clear();
}

/**
 * What is loaded only when it is needed, and never stands in the way: until it is there, there is null, and the page shows
 * something simpler. Where it can't be had it is tried again, later each time, and at once when the network is back.
 */
export function onDemand<T>(load: () => Promise<T>) {
  const store = new Store<Part<T>>({ value: null, hasFailed: false });
  let loading: Promise<void> | null = null;
  let failures = 0;

  /** Loads it, unless that has begun. */
  function start(): void {
    // Errors of elements do not bubble. The same listener again is one.
    document.addEventListener('error', noteFailedStyle, true);
    if (failures > 0 && !loading) renewStyles();
    loading ??= load().then(
      (value) => store.set({ value, hasFailed: false }),
      () => {
        loading = null;
        failures++;
        store.set({ value: null, hasFailed: true });
      },
    );
  }

  function usePart(isWanted = true): Part<T> {
    const part = useStore(store);
    useEffect(() => {
      if (!isWanted || part.value !== null) return;
      if (!part.hasFailed) return start();
      const leaving = new AbortController();
      pause(backoffMs(failures), leaving.signal).then(start, () => undefined);
      return () => leaving.abort();
    }, [isWanted, part]);
    return part;
  }

  return { start, usePart, useLoaded: (isWanted?: boolean): T | null => usePart(isWanted).value };
}

/** Resolves when it could be loaded, however often that takes. Rejects when given up. */
export async function persistently<T>(load: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await load();
    } catch {
      await pause(backoffMs(failures), signal);
    }
  }
}
