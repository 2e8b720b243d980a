import { MAX_KEYS, USE_NOTED_MS } from './api-key-store.js';

/** A use is to be noted where none was before this moment. */
export function notedBefore(at: Date): Date {
  return new Date(+at - USE_NOTED_MS);
}

/**
 * Which of a user's places, from 0, a new key may take; undefined: all are taken. Any of those that are free: of several who
 * make keys at the same moment few want the same one.
 */
export function freeSlot(taken: readonly number[]): number | undefined {
  const used = new Set(taken);
  const free = Array.from({ length: MAX_KEYS }, (_, slot) => slot).filter((slot) => !used.has(slot));
  return free[Math.floor(Math.random() * free.length)];
}
