import { ServerError, unsupported } from '../errors.js';
import { isDoc, isOperators } from '../values/documents.js';
import { toNumber, type Compare } from '../values/order.js';
import type { Doc } from '../wire/bson.js';
import { equals, matches, oneOf, ordered, toPattern } from './comparisons.js';
import type { DocTest } from './options.js';
import { someValue, type ValueTest } from './paths.js';
import { hasType } from './types.js';

const badValue = (message: string): ServerError => new ServerError('BadValue', message);

interface Use {
  path: string;
  parts: string[];
  operand: unknown;
  /** All operators of this field: `$regex` looks for its `$options`. */
  condition: Doc;
  compare: Compare;
  /** For the operators that hold further conditions. */
  compile: { condition(path: string, condition: unknown): DocTest; filter(filter: Doc): DocTest };
}

type Operator = (use: Use) => DocTest;

const spread =
  (make: (use: Use) => ValueTest): Operator =>
  (use) => {
    const test = make(use);
    return (doc) => someValue(doc, use.parts, true, test);
  };

const whole =
  (make: (use: Use) => ValueTest): Operator =>
  (use) => {
    const test = make(use);
    return (doc) => someValue(doc, use.parts, false, test);
  };

const not =
  (operator: Operator): Operator =>
  (use) => {
    const test = operator(use);
    return (doc) => !test(doc);
  };

const order = (holds: (order: number) => boolean): Operator =>
  spread(({ operand, compare }) => ordered(operand, compare, holds));

const eq = spread(({ operand, compare }) => equals(operand, compare));
const isIn = spread(({ operand, compare }) => oneOf(operand, compare));

/** The operators of a field's condition. */
export const OPERATORS: Record<string, Operator> = {
  $eq: eq,
  $ne: not(eq),
  $in: isIn,
  $nin: not(isIn),
  $gt: order((o) => o > 0),
  $gte: order((o) => o >= 0),
  $lt: order((o) => o < 0),
  $lte: order((o) => o <= 0),
  $exists: (use) => {
    const exists = whole(() => (value) => value !== undefined)(use);
    return use.operand ? exists : (doc) => !exists(doc);
  },
  $type: spread(({ operand }) => hasType(operand)),
  $regex: spread(({ operand, condition }) => matches(toPattern(operand, condition.$options))),
  $options: ({ condition }) => {
    if (!('$regex' in condition)) throw badValue('$options needs a $regex');
    return () => true;
  },
  $not: (use) => {
    if (!isOperators(use.operand) && !(use.operand instanceof RegExp))
      throw badValue('$not needs a regex or a document');
    const test = use.compile.condition(use.path, use.operand);
    return (doc) => !test(doc);
  },
  $mod: spread(({ operand }) => {
    if (!Array.isArray(operand) || operand.length !== 2) throw badValue('malformed mod, needs to be an array of two');
    const [divisor, remainder] = operand.map(toNumber);
    return (value) => toNumber(value) !== undefined && Math.trunc(toNumber(value)!) % divisor! === remainder;
  }),
  $size: whole(
    ({ operand }) =>
      (value) =>
        Array.isArray(value) && value.length === toNumber(operand),
  ),
  $elemMatch: whole(({ operand, compile }) => elementTest(operand, compile)),
  $all: (use) => {
    if (!Array.isArray(use.operand)) throw badValue('$all needs an array');
    const tests = use.operand.map((wanted) => use.compile.condition(use.path, allTerm(wanted)));
    return (doc) => tests.length > 0 && tests.every((test) => test(doc));
  },
  $jsonSchema: () => {
    throw unsupported('$jsonSchema');
  },
};

const allTerm = (wanted: unknown): unknown =>
  isDoc(wanted) && '$elemMatch' in wanted ? wanted : wanted instanceof RegExp ? wanted : { $eq: wanted };

/** `$elemMatch`: one element has all of it, be it conditions on the element or on its fields. */
function elementTest(operand: unknown, compile: Use['compile']): ValueTest {
  if (!isDoc(operand)) throw badValue('$elemMatch needs an Object');
  const first = Object.keys(operand)[0] ?? '';
  const onValue = first.startsWith('$') && !['$and', '$or', '$nor', '$expr'].includes(first);
  if (onValue) {
    const test = compile.condition('value', operand);
    return (array) => Array.isArray(array) && array.some((value) => test({ value }));
  }
  const test = compile.filter(operand);
  return (array) => Array.isArray(array) && array.some((item) => isDoc(item) && test(item));
}
