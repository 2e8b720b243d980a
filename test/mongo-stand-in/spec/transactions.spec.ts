import { mongo } from 'mongoose';
import { useMongo } from '../../support/mongo/use-mongo.js';

const mongoUnderTest = useMongo();

async function accounts(): Promise<mongo.Collection<any>> {
  const collection = mongoUnderTest.collection();
  await collection.insertMany([
    { _id: 'a', n: 100 },
    { _id: 'b', n: 0 },
  ]);
  return collection;
}

const inTransaction = <T>(run: (session: mongo.ClientSession) => Promise<T>): Promise<T> =>
  mongoUnderTest.client.withSession((session) => session.withTransaction(() => run(session)));

describe('a transaction', () => {
  it('shows its writes to itself first, and to all once it is committed', async () => {
    const collection = await accounts();
    await inTransaction(async (session) => {
      await collection.updateOne({ _id: 'a' }, { $inc: { n: -30 } }, { session });
      await collection.updateOne({ _id: 'b' }, { $inc: { n: 30 } }, { session });
      await collection.insertOne({ _id: 'c', n: 1 }, { session });
      expect(await collection.findOne({ _id: 'a' })).toMatchObject({ n: 100 });
      expect(await collection.countDocuments({})).toBe(2);
      expect(await collection.findOne({ _id: 'a' }, { session })).toMatchObject({ n: 70 });
      expect(await collection.countDocuments({}, { session })).toBe(3);
    });
    expect(
      await collection
        .find({})
        .sort({ _id: 1 })
        .map(({ n }) => n)
        .toArray(),
    ).toEqual([70, 30, 1]);
  });

  it('leaves nothing where it is given up', async () => {
    const collection = await accounts();
    const failing = inTransaction(async (session) => {
      await collection.deleteMany({}, { session });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await collection.countDocuments({})).toBe(2);
  });

  it('is run again after a conflict, so that nothing is lost', async () => {
    const collection = await accounts();
    const take = () =>
      inTransaction(async (session) => {
        const { n } = await collection.findOne({ _id: 'a' }, { session });
        await collection.updateOne({ _id: 'a' }, { $set: { n: n - 1 } }, { session });
      });
    await Promise.all(Array.from({ length: 8 }, take));
    expect(await collection.findOne({ _id: 'a' })).toMatchObject({ n: 92 });
  });

  it('sees what was there when it began, and may not change what changed since', async () => {
    const collection = await accounts();
    const session = mongoUnderTest.client.startSession();
    session.startTransaction({ readConcern: { level: 'snapshot' } });
    await collection.findOne({ _id: 'b' }, { session });
    await collection.updateOne({ _id: 'b' }, { $set: { n: 999 } });
    await collection.insertOne({ _id: 'new' });
    expect(await collection.findOne({ _id: 'b' }, { session })).toMatchObject({ n: 0 });
    expect(await collection.countDocuments({}, { session })).toBe(2);
    const late = collection.updateOne({ _id: 'b' }, { $inc: { n: 1 } }, { session });
    const error = await late.catch((e: mongo.MongoServerError) => e);
    expect(error).toMatchObject({ code: 112 });
    expect((error as mongo.MongoServerError).hasErrorLabel('TransientTransactionError')).toBe(true);
    await session.endSession();
  });

  it('makes a write outside of it wait', async () => {
    const collection = await accounts();
    const session = mongoUnderTest.client.startSession();
    session.startTransaction();
    await collection.updateOne({ _id: 'a' }, { $inc: { n: 1 } }, { session });
    const outside = collection.updateOne({ _id: 'a' }, { $inc: { n: 10 } });
    await session.commitTransaction();
    await outside;
    expect(await collection.findOne({ _id: 'a' })).toMatchObject({ n: 111 });
    await session.endSession();
  });

  it('that has ended can not go on', async () => {
    const collection = await accounts();
    const session = mongoUnderTest.client.startSession();
    session.startTransaction();
    await expect(collection.insertOne({ _id: 'a' }, { session })).rejects.toMatchObject({ code: 11000 });
    await expect(collection.insertOne({ _id: 'z' }, { session })).rejects.toMatchObject({ code: 251 });
    await session.abortTransaction();
    expect(await collection.countDocuments({})).toBe(2);
    await session.endSession();
  });
});
