import { ServerError, unsupported } from '../errors.js';
import { isDoc, isOperators } from '../values/documents.js';
import type { Doc } from '../wire/bson.js';
import { equals } from './comparisons.js';
import { OPERATORS } from './operators.js';
import { queryOptions, type DocTest, type QueryOptions } from './options.js';
import { someValue } from './paths.js';

/** What a filter asks for. Throws where it isn't one. */
export function compileFilter(filter: Doc | undefined, options: QueryOptions = queryOptions()): DocTest {
  const tests = Object.entries(filter ?? {}).map(([key, operand]) =>
    key.startsWith('$') ? compileLogic(key, operand, options) : compileCondition(key, operand, options),
  );
  if (tests.length === 1) return tests[0];
  return (doc) => tests.every((test) => test(doc));
}

/** What a field's condition requires: a value, a regular expression, or operators that must all hold. */
export function compileCondition(path: string, condition: unknown, options: QueryOptions): DocTest {
  const parts = path.split('.');
  if (!isOperators(condition)) {
    const test = equals(condition, options.compare);
    return (doc) => someValue(doc, parts, true, test);
  }
  const compile = {
    condition: (inner: string, operand: unknown) => compileCondition(inner, operand, options),
    filter: (inner: Doc) => compileFilter(inner, options),
  };
  const tests = Object.entries(condition).map(([name, operand]) => {
    const operator = OPERATORS[name];
    if (!operator) throw new ServerError('BadValue', `unknown operator: ${name}`);
    return operator({ path, parts, operand, condition, compare: options.compare, compile });
  });
  return (doc) => tests.every((test) => test(doc));
}

function compileLogic(name: string, operand: unknown, options: QueryOptions): DocTest {
  switch (name) {
    case '$and': {
      const tests = compileList(name, operand, options);
      return (doc) => tests.every((test) => test(doc));
    }
    case '$or': {
      const tests = compileList(name, operand, options);
      return (doc) => tests.some((test) => test(doc));
    }
    case '$nor': {
      const tests = compileList(name, operand, options);
      return (doc) => !tests.some((test) => test(doc));
    }
    case '$expr':
      if (!options.expression) throw new ServerError('BadValue', '$expr is not allowed here');
      return options.expression(operand);
    case '$comment':
      return () => true;
    case '$text':
    case '$where':
    case '$jsonSchema':
      throw unsupported(name);
    default:
      throw new ServerError('BadValue', `unknown top level operator: ${name}`);
  }
}

function compileList(name: string, operand: unknown, options: QueryOptions): DocTest[] {
  if (!Array.isArray(operand) || operand.length === 0 || !operand.every(isDoc)) {
    throw new ServerError('BadValue', `${name} must be a nonempty array`);
  }
  return operand.map((filter: Doc) => compileFilter(filter, options));
}
