// Shards conversations and messages by user, on a sharded cluster (MongoDB 8.0 or later): what one person has lies together,
// so that lists and searches ask one shard. Says what it would do; with --yes it does it. Any number of times.
//
//   MONGO_URI='mongodb://…@mongos:27017/parley' node deploy/mongo/shard.mjs [--yes]
//
// By a hash of the user, not by the user: ids are made in the order of time, and the newest people would all be on one shard.
// Calls that name a message by its id alone ask every shard; that is why 8.0: older versions refuse some of them.
import mongoose from 'mongoose';

const OLDEST = 8;
const { MONGO_URI, MONGO_MESSAGE_PARTITION = 'none' } = process.env;
const isMeant = process.argv.includes('--yes');

/** The present month and the next: what is sharded before it is written to, never has to be moved. */
function comingMonths() {
  const now = new Date();
  return [0, 1].map((n) => {
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + n));
    return `messages_${month.toISOString().slice(0, 7).replace('-', '_')}`;
  });
}

/** What is sharded, and by what: also the months that are there. */
async function wanted(db) {
  const found = await db.listCollections({}, { nameOnly: true }).toArray();
  const months = found.map(({ name }) => name).filter((name) => /^messages_\d{4}_\d{2}$/.test(name));
  const messages =
    MONGO_MESSAGE_PARTITION === 'month' ? [...new Set([...months, ...comingMonths()])].sort() : ['messages'];
  return ['conversations', ...messages].map((name) => ({
    name,
    index: { userId: 'hashed' },
    shard: { shardCollection: `${db.databaseName}.${name}`, key: { userId: 'hashed' } },
  }));
}

async function mustBeSharded(admin) {
  const { msg } = await admin.command({ hello: 1 });
  if (msg !== 'isdbgrid') throw new Error('This is no sharded cluster: the address must be that of a mongos.');
  const { version } = await admin.command({ buildInfo: 1 });
  if (Number(version.split('.')[0]) < OLDEST)
    throw new Error(`MongoDB ${OLDEST}.0 or later is needed; this is ${version}.`);
}

if (!MONGO_URI) {
  console.error('MONGO_URI must be set.');
  process.exit(78);
}
const client = new mongoose.mongo.MongoClient(MONGO_URI, { serverSelectionTimeoutMS: 5000 });
try {
  const db = client.db();
  for (const { name, index, shard } of await wanted(db)) {
    console.log(`${name}: createIndex ${JSON.stringify(index)}, then ${JSON.stringify(shard)}`);
  }
  await mustBeSharded(client.db('admin'));
  if (isMeant) {
    for (const { name, index, shard } of await wanted(db)) {
      await db.collection(name).createIndex(index);
      await client.db('admin').command(shard);
      console.log(`${name} is sharded.`);
    }
  } else {
    console.log('Nothing was done; that takes --yes.');
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await client.close();
}
