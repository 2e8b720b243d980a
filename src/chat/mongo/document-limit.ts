import { tooLarge } from '../../../libs/errors/index.js';

/**
 * Most bytes of a message's text in MongoDB, as UTF-8. A document takes 16 MiB (16,777,216); beside its text a message has
 * its words, at most 20,000 of 192 bytes and 14 around each, and the instructions it was asked with. The longest answer,
 * of 4,000,000 characters, has 12,000,000.
 */
export const MOST_TEXT_BYTES = 12_500_000;

export function isTooLong(text: string): boolean {
  return text.length * 3 > MOST_TEXT_BYTES && Buffer.byteLength(text) > MOST_TEXT_BYTES;
}

/** Throws `body_too_large` (413). */
export function requireFits(text = ''): void {
  if (isTooLong(text)) throw tooLarge();
}
