import { collator, type Collation } from '../values/collation.js';
import type { Compare } from '../values/order.js';
import type { Doc } from '../wire/bson.js';

export type DocTest = (doc: Doc) => boolean;

export interface QueryOptions {
  compare: Compare;
  /** Makes a test of an aggregation expression. Without it `$expr` is refused. */
  expression?: (expression: unknown) => DocTest;
}

export const queryOptions = (collation?: Collation): QueryOptions => ({ compare: collator(collation) });
