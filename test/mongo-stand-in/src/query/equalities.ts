import { isOperators } from '../values/documents.js';
import type { Doc } from '../wire/bson.js';

const MOST_VALUES = 1000;

/** The values that a filter allows each field, where it gives them: what an index can be asked for. */
export function equalitiesOf(filter: Doc | undefined, found = new Map<string, unknown[]>()): Map<string, unknown[]> {
  for (const [key, condition] of Object.entries(filter ?? {})) {
    if (key === '$and') for (const part of condition) equalitiesOf(part, found);
    if (key.startsWith('$') || found.has(key)) continue;
    const values = valuesOf(condition);
    if (values?.every(isComparable)) found.set(key, values);
  }
  return found;
}

function valuesOf(condition: unknown): unknown[] | undefined {
  if (!isOperators(condition)) return [condition];
  if ('$eq' in condition) return [condition.$eq];
  if (Array.isArray(condition.$in) && condition.$in.length <= MOST_VALUES) return condition.$in;
  return undefined;
}

/** An array equals more than what is stored under it as a key, a regular expression most of all. */
const isComparable = (value: unknown): boolean => !(value instanceof RegExp) && !Array.isArray(value);
