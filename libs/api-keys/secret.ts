import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** In the order of their values. */
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = LETTERS.length;
const MARK = 'sk-parley-';
/** 62^43 is more than 2^256. */
const BODY = 43;
/** 62^6 is more than 2^32. */
const CHECKSUM = 6;
const FORM = new RegExp(`^${MARK}[0-9A-Za-z]{${BODY + CHECKSUM}}$`);
/** Letters of the body that are shown, so that people can tell their keys apart: of 256 bits 232 stay unknown. */
const SHOWN = 4;
/** The largest multiple of 62 that a byte holds: what is above would make the first letters likelier than the last. */
const FAIR = 256 - (256 % BASE);

/**
 * A new secret: `sk-parley-`, 43 random letters and digits (256 bits), and 6 that are their checksum, so that a mistyped
 * one is told without a look-up, and whoever searches files for secrets can be sure. The form of GitHub's tokens.
 */
export function newSecret(): string {
  const body = randomLetters(BODY);
  return MARK + body + checksumOf(body);
}

/** Whether something is meant to be such a secret, well-formed or not. */
export function claimsToBeSecret(text: string): boolean {
  return text.startsWith(MARK);
}

/** Whether it has the form and its checksum holds. Nothing is looked up, and nothing secret compared. */
export function isSecret(text: string): boolean {
  if (!FORM.test(text)) return false;
  const body = text.slice(MARK.length, MARK.length + BODY);
  return text.endsWith(checksumOf(body));
}

/**
 * What is kept in the place of a secret: SHA-256 of all of it, as base64url. One round without a salt is enough here, where
 * it would not be for a password: with 256 random bits there is nothing to guess, no list of likely ones to try, and no two
 * that are the same; and it costs microseconds at each call.
 */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Whether two hashes are the same; how long it takes tells nothing of where they differ. */
export function isSameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/** The beginning, by which people tell their keys apart. */
export function prefixOf(secret: string): string {
  return secret.slice(0, MARK.length + SHOWN);
}

function checksumOf(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let i = 0; i < CHECKSUM; i++) {
    text = LETTERS[rest % BASE] + text;
    rest = Math.floor(rest / BASE);
  }
  return text;
}

function randomLetters(count: number): string {
  let text = '';
  while (text.length < count) {
    for (const byte of randomBytes(count)) {
      if (byte < FAIR && text.length < count) text += LETTERS[byte % BASE];
    }
  }
  return text;
}
