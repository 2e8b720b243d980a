import { backup } from '../backup/backup.js';
import { dirname } from 'node:path';
import { useDatabases } from '../../../libs/mongo/mongo.testing.js';
import type { MongoDatabase } from '../../../libs/mongo/index.js';
import { askAndAnswer, newId, newTurn } from '../../chat/contract/chat.testing.js';
import { migrate, mongoStores, populate, SourceFile } from './migrate.testing.js';

const databases = useDatabases();

describe('migrate, where both sides differ', () => {
  let source: SourceFile;
  let uri: string;
  let database: MongoDatabase;
  let ada: string;
  let bob: string;

  beforeEach(async () => {
    source = await SourceFile.make();
    ({ ada, bob } = await populate(source));
    uri = databases.uri();
    database = await databases.open({ uri });
  });
  afterEach(() => source.close());

  const copyFrom = (path: string, ...more: string[]) => migrate(['--from', `sqlite:${path}`, '--to', uri, ...more]);
  const copy = (...more: string[]) => copyFrom(source.path, ...more);
  const there = () => mongoStores(database, 'none');
  const collection = (name: string) => database.connection.db!.collection<any>(name);
  const newestOf = async (userId: string, of = source as ReturnType<typeof there> | SourceFile) =>
    (await of.conversations.list(userId, { archived: false }, { limit: 1 })).items[0];

  it('finds a text, a time and an account that are not as in the file', async () => {
    await copy();
    const { newestMessageId } = await newestOf(ada);
    await collection('messages').updateOne({ _id: newestMessageId }, { $set: { text: 'tampered' } });
    const { newestMessageId: bobs } = await newestOf(bob);
    await collection('messages').updateOne({ _id: bobs }, { $set: { createdAt: new Date(1) } });
    await collection('users').updateOne({ _id: bob }, { $set: { createdAt: new Date(1) } });
    const { code, said } = await copy();
    expect(code).toBe(1);
    expect(said).toContain(`message ${newestMessageId} differs`);
    expect(said).toContain(`message ${bobs} differs`);
    expect(said).toContain(`account ${bob} differs`);
    expect(said).toMatch(/messages: 10 in the file, 10 in MongoDB, checksums \w{16} and \w{16} DIFFER/);
  });

  it('finds what is missing', async () => {
    await copy();
    const { newestMessageId } = await newestOf(bob);
    const messages = there().messages;
    // Lost between copying and comparing: taken away after each write.
    const lost = setInterval(() => void collection('messages').deleteOne({ _id: newestMessageId }), 1);
    const { code, said } = await copy();
    clearInterval(lost);
    expect([code, said]).toEqual([1, expect.stringContaining(`message ${newestMessageId} is missing`)]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await copy()).code).toBe(0);
    expect(await messages.find(bob, newestMessageId!)).not.toBeNull();
  });

  it('leaves what people changed or deleted in MongoDB since', async () => {
    await copy();
    const stores = there();
    const conversation = await newestOf(ada, stores);
    await stores.conversations.update(ada, conversation.id, { title: 'Mine', pinned: false });
    await stores.users.rename(ada, 'Ada there');
    const deleted = await newestOf(bob, stores);
    await stores.conversations.bury(bob, deleted.id);
    await stores.conversations.remove(deleted.id);
    await stores.users.remove(bob);
    const { code, said } = await copy();
    expect([code, said]).toEqual([0, expect.stringContaining('and not brought back: 4')]);
    expect(await stores.conversations.get(ada, conversation.id)).toMatchObject({ title: 'Mine', pinned: false });
    expect((await stores.users.findById(ada))?.name).toBe('Ada there');
    expect(await stores.users.findById(bob)).toBeNull();
    expect(await collection('messages').findOne({ conversationId: deleted.id })).toBeNull();
  });

  it('does not bring back a deleted conversation whose tombstone has ended', async () => {
    await copy();
    const deleted = await newestOf(bob);
    await collection('messages').deleteMany({ conversationId: deleted.id });
    await collection('conversations').deleteOne({ _id: deleted.id });
    expect((await copy()).code).toBe(0);
    expect(await collection('messages').findOne({ conversationId: deleted.id })).toBeNull();
    expect(await there().conversations.get(bob, deleted.id)).toBeNull();
  });

  it('reports what was changed on both sides, and keeps what is in MongoDB', async () => {
    await copy();
    const { id } = await newestOf(ada);
    await there().conversations.update(ada, id, { title: 'There' });
    await source.conversations.update(ada, id, { title: 'Here', pinned: false });
    await source.users.rename(bob, 'Here');
    await there().users.rename(bob, 'There');
    const { code, said } = await copy();
    expect(code).toBe(1);
    expect(said).toContain(`conversation ${id} was changed on both sides`);
    expect(said).toContain(`account ${bob} was changed on both sides`);
    expect((await there().conversations.get(ada, id))?.title).toBe('There');
    expect((await there().users.findById(bob))?.name).toBe('There');
  });

  it('does not touch what has the same ids and is not from the file', async () => {
    const { id, newestMessageId } = await newestOf(ada);
    await collection('conversations').insertOne({
      _id: id,
      userId: 'other',
      title: 'Precious',
      updatedAt: new Date(0),
    });
    await collection('messages').insertOne({ _id: newestMessageId, text: 'precious', updatedAt: new Date(0) });
    const { code, said } = await copy();
    expect(code).toBe(1);
    expect(said).toContain(`conversation ${id} is there already, and not from this file`);
    expect(said).toContain(`message ${newestMessageId} is there already, and not from this file`);
    expect(await collection('conversations').findOne({ _id: id })).toMatchObject({ title: 'Precious' });
    expect(await collection('messages').findOne({ _id: newestMessageId })).toMatchObject({ text: 'precious' });
  });

  it('reports an e-mail that another account has, and copies it once that one is gone', async () => {
    const other = newId();
    await there().users.create({ id: other, name: 'B', email: 'bob@x.org', passwordHash: 'h', role: 'first' });
    const { code, said } = await copy();
    expect([code, said]).toEqual([1, expect.stringContaining(`account ${bob} has the e-mail of another account`)]);
    expect((await there().users.findByEmail('bob@x.org'))?.id).toBe(other);
    expect((await there().users.findById(ada))?.role).toBe('admin');
    await there().users.remove(other);
    expect((await copy()).code).toBe(0);
    expect((await there().users.findByEmail('bob@x.org'))?.id).toBe(bob);
  });

  it('tells what is gone from the file, and removes it with --delete', async () => {
    await copy();
    await source.users.remove(bob);
    const { code, said } = await copy();
    expect([code, said]).toEqual([1, expect.stringContaining(`account ${bob} is not in the file any more`)]);
    expect(await there().users.findById(bob)).not.toBeNull();
    expect((await copy('--delete')).code).toBe(0);
    expect(await there().users.findById(bob)).toBeNull();
  });

  it('removes nothing that people made in MongoDB, or that came from another file', async () => {
    await copy();
    const other = await SourceFile.make();
    other.db.run("UPDATE migrations SET applied_at = 1 WHERE name = 'users/1'");
    const id = newId();
    await other.users.create({ id, name: 'C', email: 'c@x.org', passwordHash: 'h', role: 'user' });
    await askAndAnswer(other.messages, newTurn(id));
    await askAndAnswer(there().messages, newTurn(ada));
    expect((await copyFrom(other.path, '--delete')).code).toBe(0);
    expect((await copy('--delete')).code).toBe(0);
    const users = await there().users.list({ limit: 10 });
    expect(users.items.map(({ name }) => name).sort()).toEqual(['Ada', 'Bob', 'C']);
    expect(await collection('messages').estimatedDocumentCount()).toBe(14);
    await other.close();
  });

  it('refuses an older backup of what it has copied, unless told', async () => {
    const old = `${source.path}.old`;
    await backup(dirname(source.path), old);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { id } = await newestOf(ada);
    await source.conversations.update(ada, id, { pinned: false });
    await copy();
    const refused = await copyFrom(old);
    expect([refused.code, refused.said]).toEqual([1, expect.stringContaining('Is it an older backup?')]);
    const told = await copyFrom(old, '--yes');
    expect([told.code, told.said]).toEqual([1, expect.stringContaining(`conversation ${id} is newer there`)]);
    expect((await there().conversations.get(ada, id))?.pinned).toBe(false);
  });
});
