import mongoose, { Schema } from 'mongoose';
import { useMongo } from '../../support/mongo/use-mongo.js';

const mongoUnderTest = useMongo();
let connection: mongoose.Connection;

beforeAll(async () => {
  const dbName = mongoUnderTest.engine.newDatabase();
  connection = await mongoose.createConnection(mongoUnderTest.engine.uri, { dbName, autoIndex: true }).asPromise();
});
afterAll(() => connection?.close());

it('models: unique fields, references, cursors, versions, time stamps, transactions and bulk writes', async () => {
  const User = connection.model(
    'User',
    new Schema({ name: { type: String, unique: true }, tags: [String], extra: Map }, { timestamps: true }),
  );
  const Post = connection.model(
    'Post',
    new Schema({ title: String, by: { type: Schema.Types.ObjectId, ref: 'User' }, comments: [{ text: String }] }),
  );
  await User.init();
  const ann = await User.create({ name: 'ann', extra: { k: 1 } });
  await expect(User.create({ name: 'ann' })).rejects.toMatchObject({ code: 11000 });
  await Post.create([
    { title: 't1', by: ann._id },
    { title: 't2', by: ann._id },
  ]);
  const found = await Post.findOne({ title: 't1' }).populate<{ by: { name: string } }>('by');
  expect(found!.by.name).toBe('ann');
  const titles = [];
  for await (const post of Post.find().sort('title').cursor()) titles.push(post.title);
  expect(titles).toEqual(['t1', 't2']);

  const post = (await Post.findOne({ title: 't1' }))!;
  post.comments.push({ text: 'hi' });
  await post.save();
  const stale = (await Post.findOne({ title: 't1' }))!;
  post.comments.pull(post.comments[0]._id);
  await post.save();
  stale.comments[0].text = 'x';
  await expect(stale.save()).rejects.toMatchObject({ name: 'VersionError' });

  ann.tags.push('z');
  await ann.save();
  expect(await User.exists({ tags: 'z' })).not.toBeNull();
  expect(ann.updatedAt.getTime()).toBeGreaterThanOrEqual(ann.createdAt.getTime());

  await connection.transaction(async (session) => {
    await Post.create([{ title: 'tx' }], { session });
    const doc = (await Post.findOne({ title: 't2' }).session(session))!;
    doc.title = 't2b';
    await doc.save();
  });
  await Post.bulkWrite([
    { updateOne: { filter: { title: 'tx' }, update: { $set: { title: 'tx2' } } } },
    { insertOne: { document: { title: 'bw' } } },
    { deleteOne: { filter: { title: 't1' } } },
  ]);
  const left = await Post.find().sort({ title: 1 }).lean();
  expect(left.map(({ title }) => title)).toEqual(['bw', 't2b', 'tx2']);
});

it('makes a schema’s indexes, and takes away what it no longer has', async () => {
  const schema = new Schema({ a: Number, at: Date, live: Boolean });
  schema.index({ a: 1 }, { unique: true, partialFilterExpression: { live: true } });
  schema.index({ at: 1 }, { expireAfterSeconds: 60 });
  const Model = connection.model('Indexed', schema);
  await Model.createIndexes();
  await Model.collection.createIndex({ old: 1 });
  expect(await Model.syncIndexes()).toEqual(['old_1']);
  const names = (await Model.listIndexes()).map(({ name }) => name);
  expect(names).toEqual(['_id_', 'a_1', 'at_1']);
});
