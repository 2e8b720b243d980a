import type { User } from './user-store.js';

const ASCII = /^[\x20-\x7e]$/;

/**
 * What finds `q` as a part of a text, blind to case: the source of a regular expression, to be used with the flag `i`.
 *
 * Engines differ in which letters beyond ASCII that flag means, so those stand there in both cases. A name is kept as it was
 * typed: its Ä may be one character or two, and an e-mail is kept in compatible characters (NFKC).
 */
export function partPattern(q: string): string {
  const forms = new Set(['NFC', 'NFD', 'NFKC'].map((form) => q.normalize(form)));
  return [...forms].map((form) => Array.from(form, inBothCases).join('')).join('|');
}

/** Whether a user's name or e-mail holds `q`: for stores that look for themselves. */
export function holdsPart(q: string): (user: Pick<User, 'name' | 'email'>) => boolean {
  const pattern = new RegExp(partPattern(q), 'i');
  return ({ name, email }) => pattern.test(name) || pattern.test(email);
}

function inBothCases(character: string): string {
  if (ASCII.test(character)) return character.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
  const cases = new Set([character, character.toLowerCase(), character.toUpperCase()]);
  return cases.size === 1 ? character : `(?:${[...cases].join('|')})`;
}
