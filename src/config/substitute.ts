import { trimmed } from './clean.js';

/** A reference in a value, as shells write it. */
const REFERENCE = /\$\{([A-Za-z_]\w*)\}/g;

/**
 * Puts the environment's values for `${NAME}` into every text in `value`, at any depth, and takes blanks of any kind off its
 * ends. Names that are not set are told, and stay.
 */
export function substitute(value: unknown, env: Record<string, string>, onMissing: (name: string) => void): unknown {
  if (typeof value === 'string') {
    const whole = value.replace(REFERENCE, (reference, name: string) => {
      if (Object.hasOwn(env, name)) return env[name];
      onMissing(name);
      return reference;
    });
    return trimmed(whole);
  }
  if (Array.isArray(value)) return value.map((item) => substitute(item, env, onMissing));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, env, onMissing)]));
}

/** The names that `text` refers to. */
export function referencedNames(text: string): string[] {
  return [...text.matchAll(REFERENCE)].map(([, name]) => name);
}
