import type { Doc } from '../wire/bson.js';
import { collator, type Collation } from './collation.js';
import { indexedValues } from './documents.js';
import { toNumber, type Compare } from './order.js';

/** Sorts a copy. Of an array counts its least value, or where the order is falling its greatest. */
export function sorted(docs: Doc[], spec: Doc | undefined, collation?: Collation): Doc[] {
  const fields = Object.entries(spec ?? {});
  if (fields.length === 0 || docs.length < 2) return docs;
  if (fields[0][0] === '$natural') return toNumber(fields[0][1])! < 0 ? docs.toReversed() : docs;
  const compare = collator(collation);
  const orders = fields.map(([path, direction]) => ({ path, sign: toNumber(direction)! < 0 ? -1 : 1 }));
  const rows = docs.map((doc) => ({ doc, keys: orders.map(({ path, sign }) => keyAt(doc, path, sign, compare)) }));
  rows.sort((a, b) => {
    for (let i = 0; i < orders.length; i++) {
      const order = compare(a.keys[i], b.keys[i]);
      if (order) return order * orders[i].sign;
    }
    return 0;
  });
  return rows.map(({ doc }) => doc);
}

function keyAt(doc: Doc, path: string, sign: number, compare: Compare): unknown {
  const values = indexedValues(doc, path);
  return values.reduce((best, value) => (compare(value, best) * sign < 0 ? value : best));
}
