import { Long } from 'bson';
import { ServerError } from '../errors.js';
import { toNumber } from '../values/order.js';
import { sizeOf, type Doc } from '../wire/bson.js';

const FIRST_BATCH = 101;
const LARGEST_BATCH_BYTES = 16_000_000;

interface Cursor {
  namespace: string;
  docs: Doc[];
  position: number;
}

/** A node's open cursors. They go with the node. */
export class Cursors {
  private static lastId = 1000;
  private readonly open = new Map<string, Cursor>();

  /** The reply that begins a cursor; it stays open where there is more than one batch. */
  first(namespace: string, docs: Doc[], options: { batchSize?: unknown; singleBatch?: unknown } = {}): Doc {
    const cursor: Cursor = { namespace, docs, position: 0 };
    const firstBatch = nextBatch(cursor, toNumber(options.batchSize) ?? FIRST_BATCH);
    if (isDone(cursor) || options.singleBatch) return { cursor: { firstBatch, id: Long.ZERO, ns: namespace } };
    const id = Long.fromNumber(++Cursors.lastId);
    this.open.set(id.toString(), cursor);
    return { cursor: { firstBatch, id, ns: namespace } };
  }

  more(id: unknown, batchSize: unknown): Doc {
    const key = String(id);
    const cursor = this.open.get(key);
    if (!cursor) throw new ServerError('CursorNotFound', `cursor id ${key} not found`);
    const batch = nextBatch(cursor, toNumber(batchSize) || Infinity);
    if (isDone(cursor)) this.open.delete(key);
    return {
      cursor: { nextBatch: batch, id: isDone(cursor) ? Long.ZERO : Long.fromString(key), ns: cursor.namespace },
    };
  }

  kill(ids: unknown[]): Doc {
    const killed = ids.filter((id) => this.open.delete(String(id)));
    const notFound = ids.filter((id) => !killed.includes(id));
    return { cursorsKilled: killed, cursorsNotFound: notFound, cursorsAlive: [], cursorsUnknown: [] };
  }

  clear(): void {
    this.open.clear();
  }
}

const isDone = (cursor: Cursor): boolean => cursor.position >= cursor.docs.length;

function nextBatch(cursor: Cursor, most: number): Doc[] {
  const batch: Doc[] = [];
  let bytes = 0;
  while (!isDone(cursor) && batch.length < most) {
    const doc = cursor.docs[cursor.position];
    bytes += sizeOf(doc);
    if (bytes > LARGEST_BATCH_BYTES && batch.length) break;
    batch.push(doc);
    cursor.position++;
  }
  return batch;
}
