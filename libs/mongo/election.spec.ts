import { Schema } from 'mongoose';
import { itWithControl } from '../../test/support/mongo/engine.js';
import { useDatabases } from './mongo.testing.js';

/** As long as a replica set takes after its primary was killed, where its time-out is MongoDB's own. */
const databases = useDatabases({ standIn: { electionMs: 12_000 } });

itWithControl()('a call lasts through an election, from its first moment on', async () => {
  const database = await databases.open();
  const things = database.collection<{ _id: string; n: number }>('things', new Schema({ _id: String, n: Number }));
  const write = (_id: string) => things.run((c) => c.updateOne({ _id }, { $set: { n: 1 } }, { upsert: true }));
  await write('before');
  const underWay = Promise.all(['a', 'b', 'c'].map(write));
  await databases.engine.control!.killPrimary();
  const read = things.run((c) => c.findOne({ _id: 'before' }));
  await Promise.all([underWay, write('d'), read]);
  const ids = ['before', 'a', 'b', 'c', 'd'];
  expect(await things.run((c) => c.find({ _id: { $in: ids } }).toArray())).toHaveLength(5);
  await database.close();
});
