import type { z } from 'zod';
import type { FieldError, FieldErrorParams, FieldProblem } from '../../libs/errors/index.js';
import { ONE_LINE } from '../contract/refusal.js';

type Issue = z.core.$ZodIssue;
/** zod's names, where they are not the catalogue's. */
const TYPES: Record<string, FieldErrorParams<'wrong_type'>['expected'] | undefined> = {
  ...{ string: 'string', number: 'number', int: 'integer', boolean: 'boolean' },
  ...{ object: 'object', record: 'object', array: 'array' },
};

/** Every bad field that zod found in `value`; unknown ones each by its name. */
export function fieldErrors(issues: readonly Issue[], value: unknown): FieldError[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys') {
      const problem = problemOf(issue, valueAt(value, path) === undefined);
      return [{ path: path.join('.') || 'body', message: issue.message, ...problem }];
    }
    return issue.keys.map((key) => unknownField([...path, key].join('.')));
  });
}

export function unknownField(path: string): FieldError {
  return { path, message: 'is not a known field', code: 'unknown_field' };
}

function problemOf(issue: Issue, isAbsent: boolean): FieldProblem {
  if (issue.code === 'custom') return (issue.params as FieldProblem | undefined) ?? { code: 'invalid' };
  if (isAbsent) return { code: 'required' };
  switch (issue.code) {
    case 'invalid_type': {
      const expected = TYPES[issue.expected];
      return expected ? { code: 'wrong_type', params: { expected } } : { code: 'invalid' };
    }
    case 'too_big':
      return { code: issue.origin === 'string' ? 'too_long' : 'too_big', params: { maximum: Number(issue.maximum) } };
    case 'too_small': {
      const minimum = Number(issue.minimum);
      if (issue.origin === 'string' && minimum === 1) return { code: 'empty' };
      return { code: issue.origin === 'string' ? 'too_short' : 'too_small', params: { minimum } };
    }
    case 'invalid_value':
      return { code: 'not_one_of', params: { options: issue.values.map(String) } };
    case 'invalid_union':
      return { code: 'not_one_of', params: { options: issue.errors.flat().flatMap(valuesOf) } };
    case 'invalid_format':
      return issue.pattern === String(ONE_LINE)
        ? { code: 'bad_format', params: { format: 'one_line' } }
        : { code: 'invalid' };
    default:
      return { code: 'invalid' };
  }
}

function valuesOf(issue: Issue): string[] {
  return issue.code === 'invalid_value' ? issue.values.map(String) : [];
}

/** Undefined where there is nothing. */
function valueAt(value: unknown, path: string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined),
    value,
  );
}
