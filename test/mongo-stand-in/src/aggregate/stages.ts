import { evalExpr } from 'mingo/core';
import { Lazy, type Iterator } from 'mingo/lazy';
import type { Options } from 'mingo/types';
import { ServerError } from '../errors.js';
import { compileFilter } from '../query/filter.js';
import type { QueryOptions } from '../query/options.js';
import { compileProjection, type ComputeField } from '../query/projection.js';
import { collator, type Collation } from '../values/collation.js';
import { compare, isEqual, isTrue } from '../values/order.js';
import { sorted } from '../values/sorting.js';
import type { Doc } from '../wire/bson.js';
import { addFields } from './add-fields.js';
import { graphLookup, lookup } from './lookup.js';

/** One stage: takes the documents, its specification and mingo's options. */
type Stage = (docs: Iterator, spec: any, options: Options) => Iterator;

const all = (run: (docs: Doc[], spec: any, options: Options) => Doc[]): Stage => {
  return (docs, spec, options) => docs.transform((list: Doc[]) => Lazy(run(list, spec, options)));
};

function match(docs: Doc[], filter: Doc, options: Options): Doc[] {
  const query: QueryOptions = {
    compare: collator(options.collation as Collation),
    expression: (expression) => (doc) => isTrue(evalExpr(doc, expression, options)),
  };
  return docs.filter(compileFilter(filter, query));
}

function count(docs: Doc[], name: string): Doc[] {
  return docs.length ? [{ [name]: docs.length }] : [];
}

function project(docs: Doc[], spec: Doc, options: Options): Doc[] {
  if (Object.keys(spec).length === 0) throw new ServerError('FailedToParse', '$project needs at least one field');
  return docs.map(
    compileProjection(
      spec,
      expressionField((doc, expression) => evalExpr(doc, expression, options)),
    ),
  );
}

/** A projection's field that is an expression. */
export const expressionField =
  (evaluate: (doc: Doc, expression: unknown) => unknown): ComputeField =>
  (_path, expression) => ({ compute: (doc) => evaluate(doc, expression) });

function unset(docs: Doc[], paths: string | string[]): Doc[] {
  const spec = Object.fromEntries([paths].flat().map((path) => [path, 0]));
  const drop = compileProjection(spec, () => ({ compute: () => undefined }));
  return docs.map(drop);
}

function unwind(docs: Doc[], spec: string | Doc): Doc[] {
  const { path, includeArrayIndex, preserveNullAndEmptyArrays } =
    typeof spec === 'string' ? { path: spec } : (spec as any);
  const withItem = (doc: Doc, item: unknown, index: number | null): Doc => {
    const [out] = addFields(
      [doc],
      { [path.slice(1)]: { $literal: item } },
      (_doc, expression: any) => expression.$literal,
    );
    if (includeArrayIndex) out[includeArrayIndex] = index;
    return out;
  };
  return docs.flatMap((doc) => {
    const value = path
      .slice(1)
      .split('.')
      .reduce((at: any, part: string) => at?.[part], doc);
    if (Array.isArray(value) && value.length) return value.map((item, index) => withItem(doc, item, index));
    if (value !== null && value !== undefined && !Array.isArray(value)) return [withItem(doc, value, null)];
    return preserveNullAndEmptyArrays ? [Array.isArray(value) ? unset([doc], path.slice(1))[0] : doc] : [];
  });
}

function bucket(docs: Doc[], spec: Doc, options: Options): Doc[] {
  const bounds: unknown[] = spec.boundaries;
  const groups = new Map<unknown, Doc[]>();
  for (const doc of docs) {
    const value = evalExpr(doc, spec.groupBy, options);
    const above = bounds.findIndex((bound) => compare(value, bound) < 0);
    if (above < 1 && !('default' in spec)) {
      throw new ServerError('BadValue', '$bucket found a value outside of all boundaries, and has no default');
    }
    const id = above < 1 ? spec.default : bounds[above - 1];
    const key = [...groups.keys()].find((known) => isEqual(known, id)) ?? id;
    groups.set(key, [...(groups.get(key) ?? []), doc]);
  }
  const output = Object.entries(spec.output ?? { count: { $sum: 1 } });
  const rows = [...groups].map(([id, members]) => ({
    _id: id,
    ...Object.fromEntries(output.map(([name, accumulator]) => [name, evalExpr(members, accumulator, options)])),
  }));
  return sorted(rows, { _id: 1 });
}

const setFields = all((docs, spec: Doc, options) => addFields(docs, spec, (doc, part) => evalExpr(doc, part, options)));

/** The stages that mingo lacks or has otherwise than the server. */
export const OWN_STAGES: Record<string, Stage> = {
  $match: all(match),
  $sort: all((docs, spec: Doc, options) => sorted(docs, spec, options.collation as Collation)),
  $count: all(count),
  $project: all(project),
  $unset: all(unset),
  $unwind: all(unwind),
  $addFields: setFields,
  $set: setFields,
  $bucket: all(bucket),
  $lookup: all(lookup),
  $graphLookup: all(graphLookup),
};
