import { MAX_KEYS, USE_NOTED_MS } from './api-key-store.js';

/** A use is to be noted where none was before this moment. */
export function notedBefore(at: Date): Date {
  return new Date(+at - USE_NOTED_MS);
}

/**
 * Which of a user's places, from 0, a new key may take; undefined: all are taken. A key with a place of its own (a text)
 * takes one off the end. Any of those that are free: of several who make keys at the same moment few want the same one.
 */
export function freeSlot(taken: ReadonlyArray<number | string>): number | undefined {
  const used = new Set(taken);
  const places = Math.max(0, MAX_KEYS - taken.filter((slot) => typeof slot === 'string').length);
  const free = Array.from({ length: places }, (_, slot) => slot).filter((slot) => !used.has(slot));
  return free[Math.floor(Math.random() * free.length)];
}
