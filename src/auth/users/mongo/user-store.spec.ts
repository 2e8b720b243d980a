import { v7 } from 'uuid';
import { itWithControl } from '../../../../test/support/mongo/engine.js';
import { userStoreContract } from '../contract/user-store.contract.js';
import { FirstUser } from './first-user.js';
import { useMongoUsers } from './mongo-users.testing.js';
import { userSchema, type UserDocument } from './user-documents.js';
import { MongoUserStore } from './user-store.js';
import type { Role } from '../user-store.js';

const mongo = useMongoUsers();
const withControl = itWithControl();
const draft = (email: string, role: Role | 'first' = 'first') => ({
  id: v7(),
  name: 'Ada',
  email,
  passwordHash: `hash of ${email}`,
  role,
});

userStoreContract('mongo', mongo.open, mongo.openAway);

/** The stores of several instances over one database. */
async function instances(count: number): Promise<{ stores: MongoUserStore[]; close(): Promise<void> }> {
  const uri = mongo.databases.uri();
  const opened = await Promise.all(Array.from({ length: count }, () => mongo.databases.open({ uri })));
  return {
    stores: opened.map((database) => new MongoUserStore(database)),
    close: async () => {
      await Promise.all(opened.map((database) => database.close()));
    },
  };
}

/** Leaves what an instance leaves that died right after it had stored an account that may be the first. */
async function diedWhileMaking(email: string, noted: boolean) {
  const { database, store, close } = await mongo.open();
  const { id: _id, role: _, ...user } = draft(email);
  const doc = { _id, ...user, role: 'user' as const, disabled: false, deleting: false, createdAt: new Date() };
  const users = database.collection<UserDocument>('users', userSchema);
  await users.runIndexed((collection) => collection.insertOne({ ...doc, mayBeFirst: true }));
  if (noted) {
    await database.run((db) =>
      db.collection<{ _id: string }>('accounts').insertOne({ _id: 'first', userId: _id } as never),
    );
  }
  return { id: _id, store, close, database };
}

describe('the first admin', () => {
  it('is one of many who register on several instances at once', async () => {
    const { stores, close } = await instances(4);
    const made = await Promise.all(Array.from({ length: 20 }, (_, i) => stores[i % 4].create(draft(`u${i}@x.org`))));
    expect(made.filter(({ role }) => role === 'admin')).toHaveLength(1);
    const { items } = await stores[0].list({ limit: 100 });
    expect(items.filter(({ role }) => role === 'admin')).toHaveLength(1);
    await close();
  });

  it('is who was noted, though the process died before it could say so', async () => {
    const { id, store, close } = await diedWhileMaking('a@x.org', true);
    expect(await store.everHadUser()).toBe(true);
    expect((await store.create(draft('b@x.org'))).role).toBe('user');
    expect((await store.findByEmail('a@x.org'))!.role).toBe('admin');
    expect((await store.findById(id))!.role).toBe('admin');
    await close();
  });

  it('is the account that was stored before the process died, if it is the next that is used', async () => {
    const { id, store, close } = await diedWhileMaking('a@x.org', false);
    expect(await store.everHadUser()).toBe(false);
    expect((await store.findById(id))!.role).toBe('admin');
    expect((await store.create(draft('b@x.org'))).role).toBe('user');
    await close();
  });

  it('is the next one that registers, if that comes before', async () => {
    const { id, store, close } = await diedWhileMaking('a@x.org', false);
    expect((await store.create(draft('b@x.org'))).role).toBe('admin');
    expect((await store.findById(id))!.role).toBe('user');
    await close();
  });

  it('is not made admin again who was demoted', async () => {
    const { id, store, close } = await diedWhileMaking('a@x.org', true);
    await store.findById(id);
    await store.create(draft('b@x.org', 'admin'));
    await store.change(id, { role: 'user' });
    expect((await store.findByEmail('a@x.org'))!.role).toBe('user');
    await close();
  });
});

it('an instance that read the mark before it was settled undoes nothing', async () => {
  const { id, store, close, database } = await diedWhileMaking('a@x.org', true);
  const users = database.collection<UserDocument>('users', userSchema);
  const stale = (await users.run((collection) => collection.findOne({ _id: id })))!;
  await store.findById(id);
  await store.create(draft('b@x.org', 'admin'));
  await store.change(id, { role: 'user' });
  expect(await new FirstUser(database, users).settled(stale)).toMatchObject({ role: 'user' });
  await close();
});

it('makes no account before the index is there that keeps e-mails apart', async () => {
  if (!mongo.databases.engine.supports.failPoints) return;
  const database = await mongo.databases.open({ retryForMs: 100 });
  const failing = (mode: string) => {
    const data = { failCommands: ['createIndexes'], errorCode: 91 };
    const command = { configureFailPoint: 'failCommand', mode, ...(mode !== 'off' && { data }) };
    return database.connection.getClient().db('admin').command(command);
  };
  await failing('alwaysOn');
  const store = new MongoUserStore(database);
  await expect(store.create(draft('a@x.org'))).rejects.toMatchObject({ code: 'dependency_down' });
  expect((await store.list({ limit: 5 })).items).toEqual([]);
  await failing('off');
  expect((await store.create(draft('a@x.org'))).role).toBe('admin');
  await database.close();
});

it('of admins who resign at once on several instances, in whatever way, one stays', async () => {
  const { stores, close } = await instances(3);
  const active = async () => {
    const { items } = await stores[0].list({ limit: 100 });
    return items.filter(({ role, disabled, deleting }) => role === 'admin' && !disabled && !deleting);
  };
  const ways: Array<(store: MongoUserStore, id: string) => Promise<unknown>> = [
    (store, id) => store.change(id, { role: 'user' }),
    (store, id) => store.change(id, { disabled: true }),
    (store, id) => store.markDeleting(id),
  ];
  for (let round = 0; round < 5; round++) {
    for (const [i, store] of stores.entries()) await store.create(draft(`${round}${i}@x.org`, 'admin'));
    const admins = await active();
    const resigning = admins.map(({ id }, i) => ways[(i + round) % 3](stores[i % 3], id));
    const results = await Promise.allSettled(resigning);
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([
      { status: 'rejected', reason: expect.objectContaining({ code: 'last_admin', status: 409 }) },
    ]);
    expect(await active()).toHaveLength(1);
  }
  await close();
});

withControl('accounts that are made while the primary dies are made once', async () => {
  const { store, close } = await mongo.open();
  const drafts = Array.from({ length: 20 }, (_, i) => draft(`u${i}@x.org`));
  const results = Promise.allSettled(drafts.map((user) => store.create(user)));
  await mongo.databases.engine.control!.killPrimary();
  const settled = await results;
  await mongo.databases.engine.control!.restart();
  for (const [i, result] of settled.entries()) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'dependency_down' });
    else expect(await store.findById(drafts[i].id)).toEqual(result.value);
  }
  const { items } = await store.list({ limit: 100 });
  expect(new Set(items.map(({ email }) => email)).size).toBe(items.length);
  expect(items.filter(({ role }) => role === 'admin').length).toBeLessThanOrEqual(1);
  await close();
});
