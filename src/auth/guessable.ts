import { refusal } from '../http/field-errors.js';
import { validationFailed } from '../http/validation.pipe.js';

/** What whoever guesses tries first. */
const PRODUCT = 'parley';
/** Too short to be what a password is made of. */
const LEAST = 3;

interface Owner {
  name: string;
  email: string;
}

/** Letters alone: how it is written, and a year or a mark around it, does not matter. */
function letters(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}]/gu, '');
}

/**
 * Why a password is one that can be guessed from whose it is: their name, their address or its first part, or the name of
 * this product, as they are or with digits and marks around. Undefined: it is not.
 */
export function guessable(password: string, { name, email }: Owner) {
  const given = letters(password);
  const of = (...texts: string[]) => texts.some((text) => letters(text).length >= LEAST && letters(text) === given);
  if (of(email, email.split('@')[0])) return because('email', 'the e-mail address');
  if (of(name, ...name.split(/\s+/))) return because('name', 'the name');
  if (of(PRODUCT)) return because('product', 'the name of this product');
  return undefined;
}

function because(reason: 'email' | 'name' | 'product', what: string) {
  return refusal(`must not be ${what}: please take another`, 'guessable_password', { reason });
}

/** Throws 400 `validation_failed` for the field that holds the password. */
export function requireUnguessable(field: string, password: string, owner: Owner): void {
  const refused = guessable(password, owner);
  if (refused) throw validationFailed([{ path: field, message: refused.message, ...refused.params }]);
}
