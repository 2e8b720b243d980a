import { isDoc } from '../values/documents.js';

/** A test of one value that a path reached. */
export type ValueTest = (value: unknown) => boolean;

/**
 * Whether a test holds for any value that a query's path means. An array on the way stands for its documents and, by
 * number, for its elements; at the end of the path, with `spread`, for its elements and for itself.
 */
export function someValue(value: unknown, parts: string[], spread: boolean, test: ValueTest, at = 0): boolean {
  if (at === parts.length) {
    if (spread && Array.isArray(value) && value.some(test)) return true;
    return test(value);
  }
  if (Array.isArray(value)) return someElement(value, parts, spread, test, at);
  return isDoc(value) ? someValue(value[parts[at]], parts, spread, test, at + 1) : test(undefined);
}

function someElement(array: unknown[], parts: string[], spread: boolean, test: ValueTest, at: number): boolean {
  const index = /^\d+$/.test(parts[at]) ? Number(parts[at]) : -1;
  if (index in array && someValue(array[index], parts, spread, test, at + 1)) return true;
  return array.some((item) => isDoc(item) && someValue(item, parts, spread, test, at));
}
