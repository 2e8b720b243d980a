import { refusal } from '../../contract/refusal.js';
import { validationFailed } from '../../http/validation.pipe.js';

/** What whoever guesses tries first. */
const PRODUCT = 'parley';
/** Too short to be what a password is made of. */
const LEAST = 3;

interface Owner {
  name: string;
  email: string;
}

/** Digits and marks that are written for letters. */
const FOR_LETTERS: Record<string, string> = { 0: 'o', 1: 'l', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's' };

const folded = (text: string): string => text.normalize('NFKC').toLowerCase();
/** Letters alone: how it is written, and a year or a mark around it, does not matter. */
const letters = (text: string): string => folded(text).replace(/[^\p{L}\p{M}]/gu, '');
/** Of an address or a name without letters. */
const signs = (text: string): string => folded(text).replace(/[^\p{L}\p{M}\p{N}]/gu, '');
const inLetters = (text: string): string =>
  letters(
    folded(text)
      .replace(/^\P{L}+|\P{L}+$/gu, '')
      .replace(/[013457@$]/g, (sign) => FOR_LETTERS[sign]),
  );
/** What is written several times over, once. */
const once = (text: string): string => text.replace(/^(.{3,}?)\1+$/su, '$1');

/** A password, as whoever guesses it thinks of it. */
function readings(password: string): Set<string> {
  const all = [letters(password), inLetters(password), signs(password), signs(password).replace(/\p{N}{1,4}$/u, '')];
  return new Set([...all, ...all.map(once)]);
}

/**
 * Why a password is one that can be guessed from whose it is: their name, their address or its first part, or the name of
 * this product, as they are or with digits and marks around or within, or several times over. Undefined: it is not.
 */
export function guessable(password: string, { name, email }: Owner) {
  const given = readings(password);
  const of = (...texts: string[]) =>
    texts.flatMap((text) => [letters(text), signs(text)]).some((text) => text.length >= LEAST && given.has(text));
  const names = name.split(/\s+/);
  if (of(email, email.split('@')[0])) return because('email', 'the e-mail address');
  if (of(name, [...names].reverse().join(''), ...names)) return because('name', 'the name');
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
