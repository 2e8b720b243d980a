import { Aggregator } from 'mingo/aggregator';
import { evalExpr, ProcessingMode } from 'mingo/core';
import type { Options } from 'mingo/types';
import { ServerError } from '../errors.js';
import { collator, type Collation } from '../values/collation.js';
import { isDoc, storable } from '../values/documents.js';
import { isTrue } from '../values/order.js';
import type { Doc } from '../wire/bson.js';
import type { QueryOptions } from '../query/options.js';
import { OPERATORS } from './operators.js';

/** Reads another collection of the same database; the filter says what is enough, not what is left out. */
export type ReadCollection = (name: string, filter?: Doc) => Doc[];

/** What an expression may refer to. */
export interface ExpressionScope {
  /** `$$NOW`: one time for the whole command, by the server's clock. */
  now: Date;
  variables?: Doc;
  collation?: Collation;
  read?: ReadCollection;
}

function mingoOptions(scope: ExpressionScope): Partial<Options> {
  return {
    context: OPERATORS,
    processingMode: ProcessingMode.CLONE_ALL,
    useStrictMode: true,
    scriptEnabled: false,
    variables: scope.variables ?? {},
    collation: scope.collation as never,
    collectionResolver: (scope.read ?? (() => [])) as never,
  };
}

/** Runs an aggregation pipeline. */
export function runPipeline(docs: Doc[], pipeline: Doc[], scope: ExpressionScope): Doc[] {
  if (pipeline.length === 0) return docs;
  const stages = withNow(pipeline, scope.now) as Doc[];
  return refusing(() => new Aggregator(stages, mingoOptions(scope)).run<Doc>(docs)).map(storable);
}

/** An expression's value for one document. */
export function evaluate(doc: Doc, expression: unknown, scope: ExpressionScope): unknown {
  return refusing(() => evalExpr(doc, withNow(expression, scope.now), mingoOptions(scope) as Options));
}

/** A filter's options where `$expr` may stand in it. */
export function queryOptionsIn(scope: ExpressionScope): QueryOptions {
  return {
    compare: collator(scope.collation),
    expression: (expression) => (doc) => isTrue(evaluate(doc, expression, scope)),
  };
}

/** mingo would read this process's clock, and anew for each document. */
function withNow(expression: unknown, now: Date): unknown {
  if (expression === '$$NOW') return now;
  if (Array.isArray(expression)) return expression.map((part) => withNow(part, now));
  if (!isDoc(expression) || '$literal' in expression) return expression;
  return Object.fromEntries(Object.entries(expression).map(([name, part]) => [name, withNow(part, now)]));
}

function refusing<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof ServerError) throw error;
    const { message } = error as Error;
    throw new ServerError(/not registered|unregistered/.test(message) ? 'Location40324' : 'FailedToParse', message);
  }
}
