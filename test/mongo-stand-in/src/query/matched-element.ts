import { clone, isOperators, putAt, valueAt } from '../values/documents.js';
import type { Doc } from '../wire/bson.js';
import { compileFilter } from './filter.js';
import type { QueryOptions } from './options.js';

/** Which element of an array made the filter match: what `$` stands for. -1: none of its conditions is about the array. */
export function matchedElement(filter: Doc, doc: Doc, arrayPath: string, options: QueryOptions): number {
  const array = valueAt(doc, arrayPath);
  if (!Array.isArray(array)) return -1;
  for (const condition of conditionsOn(filter, arrayPath)) {
    const test = compileFilter(condition, options);
    const only = clone(doc);
    for (let i = 0; i < array.length; i++) {
      putAt(only, arrayPath, [array[i]]);
      if (test(only)) return i;
    }
  }
  return -1;
}

function conditionsOn(filter: Doc, arrayPath: string): Doc[] {
  return Object.entries(filter).flatMap(([key, condition]) => {
    if (key === '$and' || key === '$or') return (condition as Doc[]).flatMap((part) => conditionsOn(part, arrayPath));
    if (key !== arrayPath && !key.startsWith(`${arrayPath}.`)) return [];
    return isOperators(condition) && '$size' in condition ? [] : [{ [key]: condition }];
  });
}
