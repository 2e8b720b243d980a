import { ServerError } from '../errors.js';
import { compileFilter } from '../query/filter.js';
import { matchedElement } from '../query/matched-element.js';
import type { DocTest, QueryOptions } from '../query/options.js';
import { isDoc, valueAt } from '../values/documents.js';
import type { Doc } from '../wire/bson.js';

/** What the parts `$`, `$[]` and `$[name]` of an update's path may refer to. */
export interface Positions {
  filter: Doc;
  arrayFilters: Doc[];
  query: QueryOptions;
}

/** The paths that an update's path stands for in this document: one, or several where it goes over arrays. */
export function targetsOf(doc: Doc, path: string, positions: Positions): string[] {
  return path.includes('$') ? expand(doc, '', path.split('.'), positions) : [path];
}

function expand(doc: Doc, done: string, [part, ...rest]: string[], positions: Positions): string[] {
  if (part === undefined) return [done];
  if (!part.startsWith('$')) return expand(doc, done ? `${done}.${part}` : part, rest, positions);
  const indexes = part === '$' ? [matchedIndex(doc, done, positions)] : everyIndex(doc, done, part, positions);
  return indexes.flatMap((index) => expand(doc, `${done}.${index}`, rest, positions));
}

function matchedIndex(doc: Doc, path: string, { filter, query }: Positions): number {
  const index = matchedElement(filter, doc, path, query);
  if (index >= 0) return index;
  throw new ServerError('BadValue', 'The positional operator did not find the match needed from the query.');
}

function everyIndex(doc: Doc, path: string, part: string, positions: Positions): number[] {
  const array = valueAt(doc, path);
  if (!Array.isArray(array)) {
    throw new ServerError('BadValue', `The path '${path}' must exist and be an array to apply array updates.`);
  }
  const test = part === '$[]' ? () => true : elementTest(part.slice(2, -1), positions);
  return array.flatMap((item, index) => (test(item) ? [index] : []));
}

function elementTest(name: string, { arrayFilters, query }: Positions): (item: unknown) => boolean {
  const filter = arrayFilters.find((candidate) => namesIn(candidate).some((key) => key.split('.')[0] === name));
  if (!filter) throw new ServerError('BadValue', `No array filter found for identifier '${name}'`);
  const test: DocTest = compileFilter(filter, query);
  return (item) => test({ [name]: item });
}

function namesIn(filter: Doc): string[] {
  return Object.entries(filter).flatMap(([key, value]) =>
    key.startsWith('$') && Array.isArray(value) ? value.filter(isDoc).flatMap(namesIn) : [key],
  );
}
