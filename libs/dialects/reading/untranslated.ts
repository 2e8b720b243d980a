import { isAbsent, refused } from './fields.js';

/** Fields that a dialect has and the inner form has not, each with the values that say no more than leaving it out. */
export type Untranslated = Readonly<Record<string, (value: unknown) => boolean>>;

export const nothing = () => false;
export const isEmpty = (value: unknown) => typeof value === 'object' && value !== null && !Object.keys(value).length;
export const is =
  (...values: unknown[]) =>
  (value: unknown) =>
    values.includes(value);

/** Throws a DialectError for the first field that would be lost. */
export function refuseUntranslated(body: object, table: Untranslated): void {
  for (const [field, value] of Object.entries(body)) {
    if (!Object.hasOwn(table, field) || isAbsent(value) || table[field](value)) continue;
    throw refused([field], 'This field can not be translated for the model that is asked.');
  }
}
