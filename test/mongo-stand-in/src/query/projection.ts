import { ServerError } from '../errors.js';
import { isDoc } from '../values/documents.js';
import { toNumber } from '../values/order.js';
import type { Doc } from '../wire/bson.js';

/** What happens to one field: it is kept, dropped, computed, or its own fields are looked at. */
type Step = 'keep' | 'drop' | Computed | Tree;
export interface Computed {
  compute: (doc: Doc, value: unknown) => unknown;
  /** `$slice` alone does not say that the other fields are to go. */
  neutral?: boolean;
}
type Tree = Map<string, Step>;

/** Makes what a field's expression means; undefined for a plain 1 or 0. */
export type ComputeField = (path: string, expression: unknown) => Computed;

const isComputed = (step: Step): step is Computed => typeof step === 'object' && 'compute' in step;

/** Compiles a projection of `find`, or a `$project`. `computed` makes operators and expressions of it. */
export function compileProjection(spec: Doc | undefined, computed: ComputeField): (doc: Doc) => Doc {
  const fields = flatten(spec ?? {});
  if (fields.length === 0) return (doc) => doc;
  const tree: Tree = new Map();
  let inclusive: boolean | undefined;
  for (const [path, value] of fields) {
    const step = stepOf(path, value, computed);
    const neutral = (isComputed(step) && step.neutral) || (path === '_id' && !isComputed(step));
    if (!neutral) inclusive = agree(inclusive, step !== 'drop', path);
    plant(tree, path, step);
  }
  const id = tree.get('_id');
  inclusive ??= id === 'keep';
  if (inclusive && id === undefined) tree.set('_id', 'keep');
  return (doc) => compute(tree, prune(doc, tree, inclusive), doc);
}

function flatten(spec: Doc, prefix = ''): Array<[string, unknown]> {
  return Object.entries(spec).flatMap(([name, value]): Array<[string, unknown]> => {
    const isNested = isDoc(value) && Object.keys(value).length > 0 && !Object.keys(value)[0].startsWith('$');
    return isNested ? flatten(value, `${prefix}${name}.`) : [[prefix + name, value]];
  });
}

function stepOf(path: string, value: unknown, computed: ComputeField): Step {
  const isPositional = path.endsWith('.$');
  if (!isPositional && (typeof value === 'boolean' || toNumber(value) !== undefined)) {
    return toNumber(value) === 0 || value === false ? 'drop' : 'keep';
  }
  return computed(path, value);
}

function agree(inclusive: boolean | undefined, step: boolean, path: string): boolean {
  if (inclusive === undefined || inclusive === step) return step;
  const [code, words] = step
    ? (['Location31253', `Cannot do inclusion on field ${path} in exclusion projection`] as const)
    : (['Location31254', `Cannot do exclusion on field ${path} in inclusion projection`] as const);
  throw new ServerError(code, words);
}

function plant(tree: Tree, path: string, step: Step): void {
  const parts = path.replace(/\.\$$/, '').split('.');
  const last = parts.pop()!;
  let parent = tree;
  for (const part of parts) {
    const next = parent.get(part) ?? new Map<string, Step>();
    if (!(next instanceof Map)) throw new ServerError('Location31249', `Path collision at ${path}`);
    parent.set(part, next);
    parent = next;
  }
  if (parent.has(last)) throw new ServerError('Location31249', `Path collision at ${path}`);
  parent.set(last, step);
}

/** The document with what is kept of it, in its own order; computed fields as they were, for now. */
function prune(doc: Doc, tree: Tree, inclusive: boolean): Doc {
  const out: Doc = {};
  for (const [name, value] of Object.entries(doc)) {
    const step = tree.get(name);
    if (step === undefined ? inclusive : step === 'drop') continue;
    if (!(step instanceof Map)) out[name] = value;
    else {
      const inner = pruneValue(value, step, inclusive);
      if (inner !== undefined) out[name] = inner;
    }
  }
  return out;
}

function pruneValue(value: unknown, tree: Tree, inclusive: boolean): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => pruneValue(item, tree, inclusive)).filter((item) => item !== undefined);
  }
  if (isDoc(value)) return prune(value, tree, inclusive);
  return inclusive ? undefined : value;
}

function compute(tree: Tree, out: Doc, root: Doc, source: unknown = root): Doc {
  for (const [name, step] of tree) {
    if (typeof step === 'string') continue;
    const value = isDoc(source) ? source[name] : undefined;
    if (isComputed(step)) {
      const result = step.compute(root, value);
      if (result === undefined) delete out[name];
      else out[name] = result;
    } else if (hasComputed(step)) {
      if (!isDoc(out[name])) out[name] = {};
      out[name] = compute(step, { ...out[name] }, root, value);
    }
  }
  return out;
}

const hasComputed = (tree: Tree): boolean =>
  [...tree.values()].some((step) => isComputed(step) || (step instanceof Map && hasComputed(step)));
