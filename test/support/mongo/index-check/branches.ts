import { isDoc, isOperators } from '../../../mongo-stand-in/src/values/documents.js';
import type { Doc } from '../../../mongo-stand-in/src/wire/bson.js';

/** One way to match a filter: `$or` makes several. Conditions that no index can serve are left out. */
export interface Branch {
  /** Fields that have one value, or one of some. */
  equal: Set<string>;
  /** Fields with one value and no other. */
  single: Set<string>;
  range: Set<string>;
  /** All conditions on a field, to compare them with a partial index's. */
  conditions: Map<string, unknown[]>;
}

const RANGES = ['$gt', '$gte', '$lt', '$lte'];

export function branchesOf(filter: Doc): Branch[] {
  return alternatives(filter).map((parts) => {
    const branch: Branch = { equal: new Set(), single: new Set(), range: new Set(), conditions: new Map() };
    for (const [field, condition] of parts) note(branch, field, condition);
    return branch;
  });
}

type Part = [field: string, condition: unknown];

function alternatives(filter: Doc): Part[][] {
  return Object.entries(filter).reduce<Part[][]>(
    (found, [key, condition]) => {
      const options = optionsOf(key, condition);
      return found.flatMap((parts) => options.map((more) => [...parts, ...more]));
    },
    [[]],
  );
}

function optionsOf(key: string, condition: unknown): Part[][] {
  if (key === '$and') return alternativesOfAll(condition as Doc[]);
  if (key === '$or') return (condition as Doc[]).flatMap(alternatives);
  if (key === '$expr') return [partsOfExpression(condition)];
  return key.startsWith('$') ? [[]] : [[[key, condition]]];
}

function alternativesOfAll(filters: Doc[]): Part[][] {
  return filters.reduce<Part[][]>(
    (found, filter) => found.flatMap((parts) => alternatives(filter).map((more) => [...parts, ...more])),
    [[]],
  );
}

/** `$eq` of a field with something that is none is the one expression that asks an index by equality. */
function partsOfExpression(expression: unknown): Part[] {
  if (!isDoc(expression)) return [];
  if (Array.isArray(expression.$and)) return expression.$and.flatMap(partsOfExpression);
  const [left, right] = Array.isArray(expression.$eq) ? (expression.$eq as unknown[]) : [];
  const isField = (value: unknown): value is string => typeof value === 'string' && /^\$[^$]/.test(value);
  if (isField(left) && !isField(right)) return [[left.slice(1), right]];
  return isField(right) && !isField(left) ? [[right.slice(1), left]] : [];
}

function note(branch: Branch, field: string, condition: unknown): void {
  branch.conditions.set(field, [...(branch.conditions.get(field) ?? []), condition]);
  if (condition instanceof RegExp) {
    if (isPrefix(condition)) branch.range.add(field);
    return;
  }
  if (!isOperators(condition)) {
    branch.equal.add(field);
    branch.single.add(field);
    return;
  }
  const names = Object.keys(condition);
  if (names.includes('$eq') || names.includes('$in')) branch.equal.add(field);
  if (names.includes('$eq') || condition.$in?.length === 1) branch.single.add(field);
  if (names.some((name) => RANGES.includes(name))) branch.range.add(field);
  if (names.includes('$regex') && isPrefix(new RegExp(condition.$regex, condition.$options))) branch.range.add(field);
  if (isDoc(condition.$elemMatch) && !isOperators(condition.$elemMatch)) {
    for (const [inner, value] of Object.entries(condition.$elemMatch)) note(branch, `${field}.${inner}`, value);
  }
}

const isPrefix = (pattern: RegExp): boolean => /^\^\w/.test(pattern.source) && !pattern.flags.includes('i');
