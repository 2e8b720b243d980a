import { z } from 'zod';
import { isCommonPassword } from './common-passwords.js';

const MIN_PASSWORD = 8;
const MAX_PASSWORD = 128;
/** Beyond this nothing is looked at: no password that was ever taken is as long. */
const MAX_TYPED = 1024;

/** Characters as a person counts them, not UTF-16 units. */
const length = (text: string) => [...text].length;

/** A name to be shown: 1–100 characters without control characters, trimmed. */
export const name = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(100, 'must have at most 100 characters')
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');

/** Trimmed and in lower case, as it is compared; at most 254 characters (RFC 5321 §4.5.3.1.3). */
export const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, 'must have at most 254 characters')
  .check(z.email('must be an e-mail address'));

/** A password to be set: 8–128 characters, not among the 3,000 most common. */
export const newPassword = z
  .string()
  .max(MAX_TYPED, `must have at most ${MAX_PASSWORD} characters`)
  .normalize('NFKC')
  .refine((text) => length(text) >= MIN_PASSWORD, `must have at least ${MIN_PASSWORD} characters`)
  .refine((text) => length(text) <= MAX_PASSWORD, `must have at most ${MAX_PASSWORD} characters`)
  .refine((text) => !isCommonPassword(text), 'is one of the most common passwords: please take another');

/** A password to be compared; whether it could be set does not matter. */
export const typedPassword = z.string().min(1, 'must not be empty').max(MAX_TYPED);
