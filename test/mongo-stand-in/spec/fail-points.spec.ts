import { mongo } from 'mongoose';
import { useMongo } from '../../support/mongo/use-mongo.js';

const mongoUnderTest = useMongo();

/** Runs with a fail point on the primary; false where the engine has none, and then nothing ran. */
async function failing(data: mongo.Document, mode: mongo.Document | string, run: () => Promise<void>): Promise<void> {
  if (!mongoUnderTest.engine.supports.failPoints) {
    console.log('Not run: this server has no fail points.');
    return;
  }
  const admin = mongoUnderTest.client.db('admin');
  await admin.command({ configureFailPoint: 'failCommand', mode, data });
  try {
    await run();
  } finally {
    await admin.command({ configureFailPoint: 'failCommand', mode: 'off' });
  }
}

it('a write whose connection broke is sent again, and made once', async () => {
  const collection = mongoUnderTest.collection();
  await collection.insertOne({ _id: 1, n: 0 });
  const broken = { failCommands: ['update', 'findAndModify'], closeConnection: true };
  await failing(broken, { times: 1 }, async () => {
    await collection.updateOne({ _id: 1 }, { $inc: { n: 1 } });
    expect(await collection.findOne({ _id: 1 })).toMatchObject({ n: 1 });
  });
  await failing(broken, { times: 1 }, async () => {
    await collection.findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } });
    expect(await collection.findOne({ _id: 1 })).toMatchObject({ n: 2 });
  });
});

it('an error that may pass is tried again, others are not', async () => {
  const collection = mongoUnderTest.collection();
  const client = mongoUnderTest.connect({ retryWrites: false });
  const impatient = client.db(mongoUnderTest.db.databaseName).collection(collection.collectionName);
  await failing({ failCommands: ['insert'], errorCode: 91 }, { times: 1 }, async () => {
    await collection.insertOne({});
  });
  await failing({ failCommands: ['insert'], errorCode: 91 }, { times: 1 }, async () => {
    await expect(impatient.insertOne({})).rejects.toMatchObject({ code: 91 });
  });
  await failing({ failCommands: ['insert'], errorCode: 2 }, { times: 1 }, async () => {
    await expect(collection.insertOne({})).rejects.toMatchObject({ code: 2 });
  });
  await client.close();
});

it('a blocked command makes others wait for its connection', async () => {
  const collection = mongoUnderTest.collection();
  const client = mongoUnderTest.connect({ maxPoolSize: 1, waitQueueTimeoutMS: 100 });
  const narrow = client.db(mongoUnderTest.db.databaseName).collection(collection.collectionName);
  await narrow.findOne({});
  const blocked = { failCommands: ['find'], blockConnection: true, blockTimeMS: 1_000 };
  await failing(blocked, { times: 1 }, async () => {
    const results = await Promise.allSettled([narrow.findOne({}), narrow.findOne({})]);
    const reasons = results.map((result) => (result.status === 'rejected' ? result.reason.name : 'answered'));
    expect(reasons.sort()).toEqual(['MongoWaitQueueTimeoutError', 'answered']);
  });
  await client.close();
});

it('a write concern that fails is told, though the write was made', async () => {
  const collection = mongoUnderTest.collection();
  const writeConcernError = { code: 64, errmsg: 'waiting for replication timed out' };
  await failing({ failCommands: ['insert'], writeConcernError }, { times: 1 }, async () => {
    await expect(collection.insertOne({ _id: 1 })).rejects.toMatchObject({ code: 64 });
    expect(await collection.countDocuments({ _id: 1 })).toBe(1);
  });
});

it('holds for the clients and the number of commands that it names', async () => {
  const collection = mongoUnderTest.collection();
  await failing({ failCommands: ['count'], errorCode: 2, appName: 'other' }, 'alwaysOn', async () => {
    expect(await collection.estimatedDocumentCount()).toBe(0);
  });
  await failing({ failCommands: ['count'], errorCode: 2 }, { skip: 1 }, async () => {
    expect(await collection.estimatedDocumentCount()).toBe(0);
    await expect(collection.estimatedDocumentCount()).rejects.toMatchObject({ code: 2 });
  });
});

it('the same write with the same number is answered again, not made again', async () => {
  const collection = mongoUnderTest.collection();
  await collection.insertOne({ _id: 1, n: 0 });
  const session = mongoUnderTest.client.startSession();
  const firstNumber = 1_000; // the driver may have used this session before
  const send = (number: number) => {
    const updates = [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }];
    const command = {
      update: collection.collectionName,
      updates,
      txnNumber: mongo.Long.fromNumber(firstNumber + number),
    };
    return mongoUnderTest.db.command(command, { session });
  };
  const replies = [await send(1), await send(1), await send(2)];
  expect(replies).toMatchObject([{ nModified: 1 }, { nModified: 1 }, { nModified: 1 }]);
  expect(await collection.findOne({ _id: 1 })).toMatchObject({ n: 2 });
  await expect(send(1)).rejects.toMatchObject({ code: 225 });
  await session.endSession();
});
