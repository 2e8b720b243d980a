import { compare, type Compare } from './order.js';

/** A command's or an index's collation. */
export interface Collation {
  locale?: string;
  strength?: number;
  numericOrdering?: boolean;
}

const SENSITIVITY = ['base', 'base', 'accent', 'variant'] as const;

const isSimple = (collation?: Collation): boolean => !collation?.locale || collation.locale === 'simple';

/** BSON's order, with strings as the collation has them. */
export function collator(collation?: Collation): Compare {
  if (isSimple(collation)) return compare;
  const { locale, strength, numericOrdering } = collation!;
  const sensitivity = SENSITIVITY[strength ?? 3] ?? 'variant';
  const strings = new Intl.Collator(locale, { sensitivity, numeric: numericOrdering ?? false });
  return (a, b) => (typeof a === 'string' && typeof b === 'string' ? strings.compare(a, b) : compare(a, b));
}

/** How a collation makes equal strings the same one; undefined where it tells all of them apart. */
export function foldOf(collation?: Collation): ((text: string) => string) | undefined {
  if (isSimple(collation) || (collation!.strength ?? 3) > 2) return undefined;
  if (collation!.strength === 2) return (text) => text.toLowerCase();
  return (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
