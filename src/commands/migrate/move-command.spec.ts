import { v7 } from 'uuid';
import { MongoLease, type MongoDatabase } from '../../../libs/mongo/index.js';
import { useDatabases } from '../../../libs/mongo/mongo.testing.js';
import { dependencyDown } from '../../../libs/errors/index.js';
import { Child } from '../../../test/support/child.js';
import { eventually } from '../../../test/support/eventually.js';
import { beingWritten, migrate, mongoStores, populate, seen, SourceFile } from './migrate.testing.js';
import type { Partition } from './migrate-arguments.js';

const databases = useDatabases();

describe('migrate between one collection and months', () => {
  let uri: string;
  let database: MongoDatabase;
  let ada: string;
  let bob: string;

  beforeEach(async () => {
    uri = databases.uri();
    database = await databases.open({ uri });
    ({ ada, bob } = await populate(mongoStores(database, 'none')));
  });

  const config = () => ({ STORE: 'mongo' as const, MONGO_URI: uri });
  const move = (partition: Partition, ...more: string[]) => migrate(['--partition', partition, ...more], config());
  const collection = (name: string) => database.connection.db!.collection<any>(name);
  const whatIsSeen = (partition: Partition) => seen(mongoStores(database, partition), [ada, bob]);
  const counts = async () => {
    const names = (await database.connection.db!.listCollections().toArray()).map(({ name }) => name);
    const of = names.filter((name) => name.startsWith('messages')).sort();
    return Object.fromEntries(
      await Promise.all(of.map(async (name) => [name, await collection(name).estimatedDocumentCount()])),
    );
  };
  /** An answer in a conversation of an earlier month. */
  const longAgo = async () => {
    const conversationId = v7({ msecs: Date.UTC(2024, 4, 5) });
    const [doc] = await collection('messages')
      .find({ _id: { $gt: '' } })
      .limit(1)
      .toArray();
    await collection('messages').insertOne({ ...doc, _id: v7(), conversationId });
  };

  it('moves there and back, as people see it, and does nothing the second time', async () => {
    await longAgo();
    await beingWritten(mongoStores(database, 'none'), ada);
    const before = await whatIsSeen('none');
    expect(await move('month')).toEqual({ code: 0, said: expect.stringContaining('in the new place: 13 messages') });
    const month = `messages_${new Date().toISOString().slice(0, 7).replace('-', '_')}`;
    expect(await counts()).toEqual({ messages: 0, messages_2024_05: 1, [month]: 12 });
    expect(await whatIsSeen('month')).toEqual(before);
    const { search } = mongoStores(database, 'month');
    expect((await search.search(bob, 'something', { limit: 5 })).items).toHaveLength(1);
    expect((await move('month')).code).toBe(0);
    expect(await move('none')).toEqual({ code: 0, said: expect.stringContaining('13 messages') });
    expect(await counts()).toEqual({ messages: 13 });
    expect(await whatIsSeen('none')).toEqual(before);
    expect(await move('none')).toEqual({ code: 0, said: expect.stringContaining('0 messages') });
  });

  it('goes on after a kill, and loses and doubles nothing', async () => {
    const source = await SourceFile.make();
    const carl = v7();
    source.fill(carl, 3000);
    await migrate(['--from', `sqlite:${source.path}`, '--to', uri]);
    await source.close();
    const before = await seen(mongoStores(database, 'none'), [carl]);
    const script = require.resolve('../../../test/support/migrate-child.ts');
    const left = () => collection('messages').estimatedDocumentCount();
    for (let kills = 0, were = await left(); kills < 2; kills++, were = await left()) {
      const child = new Child(script, uri, '--partition', 'month');
      await eventually(async () => (await left()) < were);
      await child.kill();
      expect(child.lines.join('\n')).not.toContain('exit');
      // The last one's hold on the database is waited for.
      if (kills === 0) await collection('process_lease').deleteOne({ _id: 'alone' });
    }
    expect(await left()).toBeGreaterThan(0);
    expect((await move('month')).code).toBe(0);
    const { messages, ...months } = await counts();
    expect([messages, Object.values(months)]).toEqual([0, [3010]]);
    expect(await seen(mongoStores(database, 'month'), [carl])).toEqual(before);
  });

  it('takes the newer one where a run was cut short and servers wrote meanwhile', async () => {
    const docs = await collection('messages')
      .find({ _id: { $gt: '' } })
      .toArray();
    const month = collection(`messages_${new Date().toISOString().slice(0, 7).replace('-', '_')}`);
    const later = new Date(Date.now() + 1000);
    await month.insertOne({ ...docs[0], text: 'newer there', touchedAt: later });
    await month.insertOne(docs[1]);
    await collection('messages').updateOne({ _id: docs[1]._id }, { $set: { text: 'newer here', touchedAt: later } });
    expect((await move('month')).code).toBe(0);
    expect(await month.findOne({ _id: docs[0]._id })).toMatchObject({ text: 'newer there' });
    expect(await month.findOne({ _id: docs[1]._id })).toMatchObject({ text: 'newer here' });
    expect(await collection('messages').estimatedDocumentCount()).toBe(0);
  });

  it('deletes nothing that is not the same in the new place, or has no place there', async () => {
    const [doc] = await collection('messages')
      .find({ _id: { $gt: '' } })
      .limit(1)
      .toArray();
    const month = collection(`messages_${new Date().toISOString().slice(0, 7).replace('-', '_')}`);
    await month.insertOne({ ...doc, text: 'another text, same times' });
    await collection('messages').insertOne({ ...doc, _id: 'odd', conversationId: 'odd' });
    const { code, said } = await move('month');
    expect(code).toBe(1);
    expect(said).toContain(`message ${doc._id} is not the same in the new place`);
    expect(said).toContain('message odd belongs to no month');
    expect(await collection('messages').estimatedDocumentCount()).toBe(2);
  });

  it('brings back nothing that was deleted meanwhile', async () => {
    const [doc] = await collection('messages')
      .find({ _id: { $gt: '' } })
      .limit(1)
      .toArray();
    const { conversations } = mongoStores(database, 'month');
    await conversations.bury(doc.userId, doc.conversationId);
    await conversations.remove(doc.conversationId);
    expect((await move('month')).code).toBe(0);
    const counted = await counts();
    expect(counted.messages).toBe(0);
    const month = collection(`messages_${new Date().toISOString().slice(0, 7).replace('-', '_')}`);
    expect(await month.findOne({ conversationId: doc.conversationId })).toBeNull();
  });

  describe('while servers run', () => {
    const args = ['--partition', 'month'];

    it('refuses where one is in the list', async () => {
      const { code, said } = await migrate(args, config(), async () => ['process 7 (version 1)']);
      expect([code, said]).toEqual([1, expect.stringContaining('These run: process 7')]);
      expect((await counts()).messages).toBe(10);
    });

    it('refuses where the list can not be read, unless told', async () => {
      const away = () => Promise.reject(dependencyDown('list of instances'));
      expect((await migrate(args, config(), away)).said).toContain('can not be known whether servers run');
      expect((await counts()).messages).toBe(10);
      expect((await migrate([...args, '--yes'], config(), away)).code).toBe(0);
    });

    it('refuses where one has the database to itself', async () => {
      const holder = { pid: 7, host: 'h', address: 'a', startedAt: 's' };
      const lease = await MongoLease.acquire(database, holder, { onLost: () => {} });
      const { code, said } = await move('month');
      expect([code, said]).toEqual([1, expect.stringContaining('database is in use by process 7')]);
      await lease.release();
      expect((await move('month')).code).toBe(0);
    });
  });
});
