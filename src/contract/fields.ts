import { z } from 'zod';
import { ONE_LINE, refusal } from './refusal.js';

/** Fields of accounts, as people type them. */

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
  .regex(ONE_LINE, 'must not hold control characters');

/** Between the dots before the @, without quotes (RFC 5321 §4.1.2, RFC 6531 §3.3). */
const ATOM = /^[^\p{C}\p{Z}"(),:;<>@[\\\]]+$/u;
/** Between those behind it: letters of any script. */
const LABEL = /^[\p{L}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u;

/** One label alone is the name of a machine at home; digits at the end are no name, but an address. */
function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  const [atoms, labels] = [text.slice(0, at).split('.'), text.slice(at + 1).split('.')];
  const isNamed = labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1)!);
  return at > 0 && isNamed && atoms.every((atom) => ATOM.test(atom));
}

/**
 * Trimmed, in lower case and composed (NFKC), as it is compared; at most 254 characters (RFC 5321 §4.5.3.1.3). Whatever a
 * mail system may have, in any script; quoted names are not.
 */
export const email = z
  .string()
  .trim()
  .max(254, 'must have at most 254 characters')
  .normalize('NFKC')
  .toLowerCase()
  .refine(isEmail, refusal('must be an e-mail address', 'bad_format', { format: 'email' }));

const tooLong = refusal(`must have at most ${MAX_PASSWORD} characters`, 'too_long', { maximum: MAX_PASSWORD });
const tooShort = refusal(`must have at least ${MIN_PASSWORD} characters`, 'too_short', { minimum: MIN_PASSWORD });

/** A password to be set: 8–128 characters that one can see some of. Whether it can be guessed `auth` knows. */
export const newPassword = z
  .string()
  .refine((text) => text.length <= MAX_TYPED, { ...tooLong, abort: true })
  .normalize('NFKC')
  .refine((text) => length(text) >= MIN_PASSWORD, tooShort)
  .refine((text) => length(text) <= MAX_PASSWORD, tooLong)
  .refine(
    (text) => /[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text),
    refusal('must not be blank', 'empty'),
  )
  .meta({ minLength: MIN_PASSWORD, maxLength: MAX_PASSWORD });

/** A password to be compared; whether it could be set does not matter. */
export const typedPassword = z.string().min(1, 'must not be empty').max(MAX_TYPED);
