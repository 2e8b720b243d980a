import type { mongo } from 'mongoose';
import type { MongoCollection } from '../../../libs/mongo/index.js';
import { inBatches } from './batches.js';
import { digest, markOf } from './content.js';
import type { Copied, Kind } from './kinds.js';
import type { Report } from './report.js';

/** Ids alone. */
const BATCH = 10_000;

/**
 * Finds what was copied from this file and is not in it any more, because it was deleted there since: told, and with
 * `remove` deleted here too, unless it was changed here.
 */
export async function findGone<T extends Copied>(
  kind: Kind<T>,
  collection: MongoCollection<T>,
  options: { sourceId: string; isHere: (ids: string[]) => Set<string>; remove: boolean; report: Report },
): Promise<number> {
  const { sourceId, isHere, remove, report } = options;
  let removed = 0;
  const projection = { migrated: 1 };
  const read = (after: string) =>
    collection.run((there) =>
      there
        .find<Copied>({ _id: { $gt: after } } as mongo.Filter<T>, { projection })
        .sort({ _id: 1 })
        .limit(BATCH)
        .toArray(),
    );
  const look = async (docs: Copied[]) => {
    const ids = docs.filter(({ migrated }) => migrated?.startsWith(`${sourceId}:`)).map(({ _id }) => _id);
    const here = isHere(ids);
    const gone = ids.filter((id) => !here.has(id));
    if (gone.length === 0) return;
    if (!remove) return gone.forEach((id) => report.conflict(kind.name, id, 'is not in the file any more (--delete)'));
    const filter = { _id: { $in: gone } } as mongo.Filter<T>;
    for (const doc of (await collection.run((there) => there.find(filter).toArray())) as T[]) {
      const isCopy = doc.migrated === markOf(sourceId, digest(doc, kind.fields));
      if (!isCopy) report.conflict(kind.name, doc._id, 'is not in the file any more, and was changed in MongoDB');
      else removed += await drop(collection, doc);
    }
  };
  await inBatches(read, look, () => {});
  return removed;
}

async function drop<T extends Copied>(collection: MongoCollection<T>, { _id, migrated }: T): Promise<number> {
  const filter = { _id, migrated } as mongo.Filter<T>;
  return (await collection.run((there) => there.deleteOne(filter))).deletedCount;
}
