import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { useDatabases } from '../../../libs/mongo/mongo.testing.js';
import { askAndAnswer, newTurn } from '../../chat/contract/chat.testing.js';
import type { MongoDatabase } from '../../../libs/mongo/index.js';
import { bury, beingWritten, migrate, mongoStores, populate, seen, SourceFile } from './migrate.testing.js';
import type { Partition } from './migrate-arguments.js';

const databases = useDatabases();

describe.each<Partition>(['none', 'month'])('migrate from SQLite to MongoDB, partition %s', (partition) => {
  let source: SourceFile;
  let uri: string;
  let database: MongoDatabase;

  beforeEach(async () => {
    source = await SourceFile.make();
    uri = databases.uri();
    database = await databases.open({ uri });
  });
  afterEach(() => source.close());

  const copy = (...more: string[]) =>
    migrate(['--from', `sqlite:${source.path}`, '--partition', partition, ...more], { MONGO_URI: uri });
  const there = () => mongoStores(database, partition);
  const collection = (name: string) => database.connection.db!.collection<any>(name);
  const counts = async () => {
    const names = (await database.connection.db!.listCollections().toArray()).map(({ name }) => name);
    const of = names.filter((name) => /^(users|conversations|messages.*)$/.test(name)).sort();
    return Object.fromEntries(
      await Promise.all(of.map(async (name) => [name, await collection(name).estimatedDocumentCount()])),
    );
  };

  it('brings everything over, as people see it', async () => {
    const { ada, bob } = await populate(source);
    const before = await seen(source, [ada, bob]);
    const { code, said } = await copy();
    expect([code, said]).toEqual([
      0,
      expect.stringMatching(/messages: 10 in the file, 10 in MongoDB, checksum \w{16} on both/),
    ]);
    expect(await seen(there(), [ada, bob])).toEqual(before);
    for (const query of ['ete', 'là-bas', 'hal', 'it is th']) {
      const [here, copied] = await Promise.all(
        [source, there()].map(({ search }) => search.search(ada, query, { limit: 10 })),
      );
      expect(copied).toEqual(here);
      expect(copied.items.length).toBeGreaterThan(0);
    }
  });

  it('puts the accounts into a database of their own', async () => {
    const { ada, bob } = await populate(source);
    const usersUri = databases.uri();
    const usersDatabase = await databases.open({ uri: usersUri });
    expect((await copy('--users-to', usersUri)).code).toBe(0);
    const stores = { ...there(), users: mongoStores(usersDatabase, partition).users };
    expect(await seen(stores, [ada, bob])).toEqual(await seen(source, [ada, bob]));
    expect(await collection('users').estimatedDocumentCount()).toBe(0);
  });

  it('goes on working there: turns, log-ins, and no second first admin', async () => {
    const { ada } = await populate(source);
    await copy();
    const { users, messages, conversations } = there();
    const newcomer = { id: 'new', name: 'New', email: 'new@x.org', passwordHash: 'h', role: 'first' as const };
    expect((await users.create(newcomer)).role).toBe('user');
    expect((await users.findByEmail('ADA@x.org'))?.role).toBe('admin');
    await expect(users.change(ada, { role: 'user' })).rejects.toMatchObject({ code: 'last_admin' });
    const [{ id, newestMessageId }] = (await conversations.list(ada, { archived: false }, { limit: 1 })).items;
    const turn = newTurn(ada, { conversation: id, parentId: null, expectedNewest: newestMessageId });
    expect((await askAndAnswer(messages, turn)).status).toBe('complete');
  });

  it('keeps that somebody was the first, though nobody is left', async () => {
    const { ada, bob } = await populate(source);
    await source.users.remove(ada);
    await source.users.remove(bob);
    expect((await copy()).code).toBe(0);
    expect(await there().users.everHadUser()).toBe(true);
  });

  it('ends what is being written, with its text; and takes the end when it has come', async () => {
    const { ada } = await populate(source);
    const writing = await beingWritten(source, ada);
    const { code, said } = await copy();
    expect([code, said]).toEqual([0, expect.stringContaining('copied as interrupted: 1')]);
    const { messages } = there();
    expect(await messages.get(ada, writing)).toMatchObject({
      ...{ status: 'interrupted', text: 'So far', usage: { inputTokens: 1, outputTokens: 2 } },
      error: { code: 'interrupted', retryable: true },
    });
    expect(await messages.untouched(0, 10)).toEqual([]);
    await source.messages.finish(writing, writing.epoch, writing.owner, { status: 'complete', text: 'So far so good' });
    expect((await copy()).code).toBe(0);
    expect(await messages.get(ada, writing)).toEqual(await source.messages.get(ada, writing));
  });

  it('keeps tombstones, and copies nothing under them', async () => {
    const { ada, bob } = await populate(source);
    const buried = await bury(source, ada);
    expect((await copy()).code).toBe(0);
    const { conversations, messages } = there();
    for (const id of buried) {
      expect(await conversations.isBuried(id)).toBe(true);
      await expect(messages.appendTurn(newTurn(ada, { conversation: id }))).rejects.toMatchObject({ status: 404 });
    }
    expect(await conversations.unfinishedBurials(0, 10)).toEqual([]);
    expect(await seen(there(), [ada, bob])).toEqual(await seen(source, [ada, bob]));
  });

  it('does nothing the second time, and takes what is new and what changed', async () => {
    const { ada, bob } = await populate(source);
    await copy();
    const first = await counts();
    expect((await copy()).code).toBe(0);
    expect(await counts()).toEqual(first);

    await askAndAnswer(source.messages, newTurn(bob));
    const [{ id, title }] = (await source.conversations.list(ada, { archived: false }, { limit: 1 })).items;
    await source.conversations.retitle(id, title, 'A better title');
    await source.users.rename(ada, 'Ada L.');
    await source.users.setPasswordHash(bob, 'another hash');
    expect((await copy()).code).toBe(0);
    expect(await seen(there(), [ada, bob])).toEqual(await seen(source, [ada, bob]));
  });

  it('reads a file of the build before, and knows its copies again when that was updated', async () => {
    const { ada } = await populate(source);
    source.db.run('UPDATE messages SET finish_reason = NULL');
    const before = await seen(source, [ada]);
    const [{ sql }] = source.db.all<{ sql: string }>("SELECT sql FROM migrations WHERE name = 'chat/3'");
    source.db.exec("ALTER TABLE messages DROP COLUMN finish_reason; DELETE FROM migrations WHERE name = 'chat/3'");
    expect((await copy()).code).toBe(0);
    expect(await seen(there(), [ada])).toEqual(before);
    const [name] = Object.keys(await counts()).filter((each) => each.startsWith('messages'));
    const marks = async () => {
      const docs = await collection(name)
        .find({ _id: { $gt: '' } }, { projection: { migrated: 1 } })
        .toArray();
      return docs.map(({ _id, migrated }) => `${_id} ${migrated}`).sort();
    };
    const copied = await marks();

    source.db.migrate('chat', ['', '', sql]);
    expect((await copy()).code).toBe(0);
    expect(await marks()).toEqual(copied);
  });

  it('deletes there what was deleted here since', async () => {
    const { ada, bob } = await populate(source);
    await copy();
    const { items } = await source.conversations.list(ada, { archived: false }, { limit: 10 });
    await source.conversations.bury(ada, items[0].id);
    await source.conversations.remove(items[0].id);
    expect((await copy()).code).toBe(0);
    expect(await seen(there(), [ada, bob])).toEqual(await seen(source, [ada, bob]));
    expect(await there().conversations.isBuried(items[0].id)).toBe(true);
  });

  it('reads only, beside a server that writes', async () => {
    const { ada, bob } = await populate(source);
    source.db.get('PRAGMA wal_checkpoint(TRUNCATE)');
    const hash = () => createHash('sha256').update(readFileSync(source.path)).digest('hex');
    const before = hash();
    const expected = await seen(source, [ada, bob]);
    const copying = copy();
    await askAndAnswer(source.messages, newTurn(bob));
    expect((await copying).code).toBe(0);
    expect(hash()).toBe(before);
    const came = (await seen(there(), [ada, bob])).chats.flatMap(({ conversations }) => conversations).length;
    const was = expected.chats.flatMap(({ conversations }) => conversations).length;
    expect([was, was + 1]).toContain(came);
    expect((await copy()).code).toBe(0);
    expect(await seen(there(), [ada, bob])).toEqual(await seen(source, [ada, bob]));
  });
});
