import { Aggregator } from 'mingo/aggregator';
import { evalExpr } from 'mingo/core';
import type { Options } from 'mingo/types';
import { compileFilter } from '../query/filter.js';
import { indexedValues } from '../values/documents.js';
import { keyOf } from '../values/keys.js';
import type { Doc } from '../wire/bson.js';
import type { ReadCollection } from './pipeline.js';

const reader = (options: Options): ReadCollection => options.collectionResolver as ReadCollection;

/** `$lookup` by equal fields, by a pipeline with `let`, or by both. */
export function lookup(docs: Doc[], spec: Doc, options: Options): Doc[] {
  const read = reader(options);
  return docs.map((doc) => {
    const filter = spec.localField ? { [spec.foreignField]: { $in: fieldValues(doc, spec.localField) } } : {};
    const found = read(spec.from, filter).filter(compileFilter(filter));
    if (!spec.pipeline) return { ...doc, [spec.as]: found };
    const own = spec.let ? (evalExpr(doc, spec.let, options) as Doc) : {};
    const variables = { ...options.variables, ...own };
    return { ...doc, [spec.as]: new Aggregator(spec.pipeline, { ...plainOptions(options), variables }).run(found) };
  });
}

const fieldValues = (doc: Doc, path: string): unknown[] => indexedValues(doc, path).map((value) => value ?? null);

/** mingo hands stages an object that computes its fields; a copy of it has none. */
function plainOptions(options: Options): Partial<Options> {
  const { context, processingMode, useStrictMode, scriptEnabled, collation, collectionResolver } = options;
  return { context, processingMode, useStrictMode, scriptEnabled, collation, collectionResolver };
}

/** `$graphLookup`: breadth first, each document once. */
export function graphLookup(docs: Doc[], spec: Doc, options: Options): Doc[] {
  const read = reader(options);
  const restricted = compileFilter(spec.restrictSearchWithMatch);
  return docs.map((doc) => {
    const found = new Map<string, Doc>();
    const asked = new Set<string>();
    let frontier = [evalExpr(doc, spec.startWith, options)].flat();
    for (let depth = 0; frontier.length && depth <= (spec.maxDepth ?? Infinity); depth++) {
      const fresh = frontier.filter((value) => !asked.has(keyOf(value)));
      for (const value of fresh) asked.add(keyOf(value));
      const filter = { [spec.connectToField]: { $in: fresh } };
      const level = fresh.length ? read(spec.from, filter).filter(compileFilter(filter)).filter(restricted) : [];
      const added = level.filter((match) => !found.has(keyOf(match._id)));
      for (const match of added) {
        found.set(keyOf(match._id), spec.depthField ? { ...match, [spec.depthField]: depth } : match);
      }
      frontier = added.flatMap((match) => indexedValues(match, spec.connectFromField)).filter((v) => v !== undefined);
    }
    return { ...doc, [spec.as]: [...found.values()] };
  });
}
