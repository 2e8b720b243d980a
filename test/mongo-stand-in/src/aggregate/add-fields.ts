import { isDoc } from '../values/documents.js';
import type { Doc } from '../wire/bson.js';

type Evaluate = (doc: Doc, expression: unknown) => unknown;

/** `$addFields`: a document without operators is not a value, it adds fields to the one that stands there. */
export function addFields(docs: Doc[], spec: Doc, evaluate: Evaluate): Doc[] {
  return docs.map((doc) => {
    const steps = stepsOf(spec).map(([path, expression]) => [path, evaluate(doc, expression)] as const);
    return steps.reduce((out, [path, value]) => put(out, path, value) as Doc, doc);
  });
}

function stepsOf(spec: Doc, prefix: string[] = []): Array<[string[], unknown]> {
  return Object.entries(spec).flatMap(([name, value]): Array<[string[], unknown]> => {
    const path = [...prefix, ...name.split('.')];
    const keys = isDoc(value) ? Object.keys(value) : [];
    return keys.length && !keys[0].startsWith('$') ? stepsOf(value, path) : [[path, value]];
  });
}

/** A copy with the value at the path, in each element where an array is on the way. Undefined removes. */
function put(target: unknown, path: string[], value: unknown): unknown {
  if (path.length === 0) return value;
  if (Array.isArray(target)) return target.map((item) => put(item, path, value));
  const doc: Doc = isDoc(target) ? { ...target } : {};
  const [name, ...rest] = path;
  if (rest.length === 0 && value === undefined) delete doc[name];
  else doc[name] = put(doc[name], rest, value);
  return doc;
}
