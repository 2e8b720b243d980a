import { randomBytes } from 'node:crypto';
import { mongo } from 'mongoose';
import { driverOptions } from '../../../libs/mongo/index.js';
import { explain } from '../failure.js';
import { type Finding, ok, problem } from './findings/finding.js';

const PROBE_MS = 4000;
const REMEDY =
  'Use MongoDB 5 or later itself. Servers that only speak its protocol (Amazon DocumentDB before 8, Azure Cosmos DB, ' +
  'FerretDB) lack some of it: docs/scaling.md#mongodb.';

interface Probed {
  _id: string;
  stamp?: Date;
  list?: string[];
  open?: boolean;
  turns?: number;
  /** Made by a pipeline, or a projection. */
  made?: number;
  now?: Date;
}
type Collection = mongo.Collection<Probed>;

/** Throws where a server takes it for something else than it is. */
function must(holds: boolean): void {
  if (!holds) throw new Error('it was taken, and had no effect');
}

const NOW = '$$NOW';
const AGE_MS = { $subtract: [NOW, '$stamp'] };
const MADE = { $mergeObjects: [{ $literal: { _id: 'made', list: ['$1'] } }, { stamp: NOW }] };
const MAKE_ONCE = [{ $replaceWith: { $cond: [{ $ne: [{ $type: '$stamp' }, 'missing'] }, '$$ROOT', MADE] } }];
const APPENDED = { $slice: [{ $concatArrays: ['$list', [{ $literal: '$2' }]] }, -20] };
/** There before all others, by the first probe. */
const HERE = { _id: 'here' };

/** Each in the words of what would not work, as the product sends it. */
const PROBES: Array<[words: string, probe: (probed: Collection, client: mongo.MongoClient) => Promise<void>]> = [
  [
    'writes that are repeated safely, and kept by a majority (retryWrites, w: majority)',
    async (probed) => {
      await probed.insertOne({ ...HERE, list: ['$1'], turns: 1 });
      must((await probed.updateOne(HERE, { $currentDate: { stamp: true } })).matchedCount === 1);
    },
  ],
  [
    'updates by a pipeline with the server’s time ($replaceWith, $$NOW)',
    async (probed) => {
      await probed.updateOne({ _id: 'made' }, MAKE_ONCE, { upsert: true });
      must((await probed.findOne({ _id: 'made' }))?.stamp instanceof Date);
    },
  ],
  [
    'several updates by pipelines in one write (bulkWrite)',
    async (probed) => {
      const append = { updateOne: { filter: HERE, update: [{ $set: { list: APPENDED } }] } };
      const stamp = { updateOne: { filter: HERE, update: [{ $set: { stamp: { $max: [NOW, '$stamp'] } } }] } };
      must((await probed.bulkWrite([append, stamp], { ordered: false })).matchedCount === 2);
      must((await probed.findOne(HERE))?.list?.join() === '$1,$2');
    },
  ],
  [
    'conditions by the server’s time ($expr with $$NOW): the sweep, idempotency keys, deleting',
    async (probed) => {
      const isOld = { ...HERE, $expr: { $gte: [{ $max: [0, AGE_MS] }, 0] } };
      must((await probed.find(isOld).toArray()).length === 1);
      must((await probed.updateOne(isOld, { $set: { open: true } })).matchedCount === 1);
      must((await probed.find({ ...HERE, $expr: { $gte: [AGE_MS, 3_600_000] } }).toArray()).length === 0);
    },
  ],
  [
    'the server’s time in what is read (a projection with $$NOW)',
    async (probed) => must((await probed.findOne(HERE, { projection: { now: NOW } }))?.now instanceof Date),
  ],
  [
    'an update that gives back what it made (findAndModify by a pipeline)',
    async (probed) => {
      const update = [{ $set: { made: { $add: ['$turns', 1] } } }];
      must((await probed.findOneAndUpdate(HERE, update, { returnDocument: 'after' }))?.made === 2);
    },
  ],
  [
    'indexes over a part of a collection, and such as let documents expire',
    async (probed) => {
      await probed.createIndexes([
        { key: { open: 1, stamp: 1 }, partialFilterExpression: { open: true } },
        { key: { stamp: 1 }, expireAfterSeconds: 3600 },
      ]);
    },
  ],
  [
    'transactions that see one moment (readConcern snapshot): the last admin',
    async (probed, client) =>
      client.withSession(async (session) => {
        session.startTransaction({ readConcern: { level: 'snapshot' } });
        await probed.findOne(HERE, { session });
        await probed.updateOne(HERE, { $inc: { turns: 1 } }, { session });
        await session.commitTransaction();
        must((await probed.findOne(HERE))?.turns === 2);
      }),
  ],
];

/**
 * Whether the server does what the product asks of it: not each that speaks MongoDB's protocol does, and what it refuses may
 * be a part that nobody sees at once, such as the sweep. Tried in a collection of its own, which is dropped afterwards.
 */
export async function queryFindings(name: string, uri: string, uris: string[]): Promise<Finding[]> {
  const check = `${name}.queries`;
  const client = new mongo.MongoClient(uri, driverOptions({ uri, serverSelectionTimeoutMS: PROBE_MS }));
  const probed = client.db().collection<Probed>(`doctor_${randomBytes(6).toString('hex')}`);
  const refused: Finding[] = [];
  try {
    for (const [words, probe] of PROBES) {
      await probe(probed, client).catch((error: unknown) =>
        refused.push(problem(check, `It does not do ${words}: ${explain(error, uris)}`, REMEDY)),
      );
    }
    return refused.length > 0 ? refused : [ok(check, 'It does all that is asked of it')];
  } finally {
    await probed.drop().catch(() => {});
    await client.close().catch(() => {});
  }
}
