import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { ask, askAndAnswer, newConversation, newId, newTurn } from '../../chat/contract/chat.testing.js';
import { type MongoChat, mongoChat, useMongoChat } from '../../chat/mongo/mongo-chat.testing.js';
import { testConfig } from '../../config/config.testing.js';
import { upkeepCommand, type UpkeepName } from './upkeep-command.js';

const { databases } = useMongoChat();
const DAY_MS = 86_400_000;

describe.each(['none', 'month'] as const)('upkeep of messages by %s', (partition) => {
  let uri: string;
  let stores: MongoChat;
  let folder: string;
  let user: string;
  let said: string[];

  const db = () => stores.chat.database;
  const open = (at: string) => mongoChat(databases.at(at), partition);
  const addUser = (_id: string) =>
    db().run((raw) => raw.collection<any>('users').insertOne({ _id, email: `${_id}@example.org`, role: 'user' }));
  const command = (name: UpkeepName, args: string[], at = uri, by: 'none' | 'month' = partition) => {
    const io = { out: (line: string) => void said.push(line), err: (line: string) => void said.push(line) };
    const config = testConfig({ STORE: 'mongo', MONGO_URI: at, MONGO_MESSAGE_PARTITION: by });
    return upkeepCommand(name, args, config, io, async () => []);
  };
  const file = (name = 'backup') => join(folder, name);
  const collections = async (at = stores) => {
    const found = await at.chat.database.run((raw) => raw.listCollections({}, { nameOnly: true }).toArray());
    return found.map(({ name }) => name);
  };
  /** All documents of all collections, by name. */
  const everything = async (at: MongoChat) => {
    const all: Record<string, object[]> = {};
    for (const name of (await collections(at)).sort()) {
      const docs = await at.chat.database.run((raw) => raw.collection(name).find({}).sort({ _id: 1 }).toArray());
      if (docs.length > 0) all[name] = docs;
    }
    return all;
  };
  /** A conversation that began and ended `days` ago. */
  const oldOne = async (days: number, owner = user) => {
    const at = Date.now() - days * DAY_MS;
    const conversation = newConversation(owner, { id: v7({ msecs: at }) });
    await askAndAnswer(stores.messages, newTurn(owner, { conversation }), { status: 'complete', text: 'long ago' });
    await stores.chat.conversations.run((all) =>
      all.updateOne({ _id: conversation.id }, { $set: { updatedAt: new Date(at) } }),
    );
    return conversation.id;
  };

  beforeEach(async () => {
    said = [];
    folder = await mkdtemp(join(tmpdir(), 'parley-upkeep-'));
    uri = databases.uri();
    stores = open(uri);
    user = newId();
    await addUser(user);
  });
  afterEach(async () => {
    await stores.close();
    await rm(folder, { recursive: true, force: true });
  });

  describe('backup and restore', () => {
    it('what is restored is what was there, in the types it had; and it was read again', async () => {
      for (const days of [0, 1, 40, 400]) await oldOne(days);
      await ask(stores.messages, newTurn(user, { conversation: newConversation(user) }));
      const before = await everything(stores);
      expect([await command('backup', [file()]), said]).toEqual([0, [expect.stringContaining('5 conversations')]]);
      const other = databases.uri();
      expect([await command('restore', [file()], other), said]).toEqual([0, expect.anything()]);
      const restored = open(other);
      expect(await everything(restored)).toEqual(before);
      const { _id, text } = (await everything(restored)).users[0] as any;
      expect([_id, text]).toEqual([user, undefined]);
      const indexes = await restored.chat.conversations.run((all) => all.indexes());
      expect(indexes.length).toBeGreaterThan(1);
      await restored.close();
    });

    it('also with messages lying otherwise than when it was written', async () => {
      const id = await oldOne(40);
      await command('backup', [file()]);
      const other = databases.uri();
      const turned = partition === 'none' ? 'month' : 'none';
      expect(await command('restore', [file()], other, turned)).toBe(0);
      const restored = mongoChat(databases.at(other), turned);
      expect((await restored.messages.list(user, id, { limit: 10 })).items).toHaveLength(2);
      await restored.close();
    });

    it('of turns that come meanwhile each is there whole, or not at all', async () => {
      const ids: string[] = [];
      for (let i = 0; i < 20; i++) ids.push(await oldOne(i));
      let writing = true;
      let turns = 0;
      const write = async (from: number) => {
        const newest = new Map<string, string>();
        for (let i = from; writing; i += 2) {
          const conversation = ids[i % ids.length];
          const turn = newTurn(user, { conversation, parentId: newest.get(conversation) ?? null });
          const { id } = await askAndAnswer(stores.messages, turn, { status: 'complete', text: 'meanwhile' });
          newest.set(conversation, id);
          turns++;
        }
      };
      const load = Promise.all([write(0), write(1)]);
      expect(await command('backup', [file()])).toBe(0);
      writing = false;
      await load;
      expect(turns).toBeGreaterThan(0);
      const other = databases.uri();
      expect(await command('restore', [file()], other)).toBe(0);
      const restored = open(other);
      for (const id of ids) {
        const conversation = (await restored.chat.conversations.run((all) => all.findOne({ _id: id })))!;
        const { items } = await restored.messages.list(user, id, { limit: 100 });
        expect(items.length % 2).toBe(0);
        expect(items.at(-1)!.id).toBe(conversation.newestMessageId);
        for (const { parentId } of items)
          expect(!parentId || items.some(({ id: other }) => other === parentId)).toBe(true);
      }
      await restored.close();
    });

    it('a turn that was taken in and is not shown yet is there; one that was not taken in is not', async () => {
      const turn = newTurn(user, { conversation: newConversation(user) });
      const { id: answerId, conversationId } = await ask(stores.messages, turn);
      const messages = stores.chat.messages.of(conversationId)!;
      const hide = { $set: { status: 'accepting' as const } };
      await messages.run((all) => all.updateMany({ conversationId }, hide));
      const refused = newTurn(user, { conversation: conversationId, parentId: answerId });
      const copy = (await messages.run((all) => all.findOne({ _id: answerId })))!;
      await messages.run((all) => all.insertOne({ ...copy, _id: refused.answer.id, parentId: answerId }));
      expect(await command('backup', [file()])).toBe(0);
      const other = databases.uri();
      expect(await command('restore', [file()], other)).toBe(0);
      const restored = open(other);
      const { items } = await restored.messages.list(user, conversationId, { limit: 100 });
      expect(items.map(({ id, status }) => [id, status])).toEqual([
        [copy.parentId, 'complete'],
        [answerId, 'generating'],
      ]);
      await restored.close();
    });

    it('a deleted account takes its conversations with it, and a deletion is no conversation', async () => {
      const gone = newId();
      await oldOne(1, gone);
      const buried = await oldOne(2);
      await stores.conversations.bury(user, buried);
      await stores.conversations.remove(buried);
      await command('backup', [file()]);
      const other = databases.uri();
      await command('restore', [file()], other);
      expect(said.at(-1)).toBe('Left out, because their account is gone: 3.');
      const restored = open(other);
      expect(Object.keys(await everything(restored))).toEqual(['users']);
      await restored.close();
    });

    it('is refused where there is something; --merge adds what is not there and leaves the rest', async () => {
      const id = await oldOne(3);
      await command('backup', [file()]);
      expect(await command('restore', [file()])).toBe(1);
      expect(said.at(-1)).toContain('not empty (users, conversations, messages');
      await stores.conversations.update(user, id, { title: 'changed since' });
      expect(await command('restore', [file(), '--merge'])).toBe(0);
      expect(said).toContain('There already, and left as they were: 1.');
      expect((await stores.conversations.get(user, id))?.title).toBe('changed since');
    });

    it('what is damaged, cut or no backup is refused before anything is written', async () => {
      await oldOne(3);
      await command('backup', [file()]);
      const whole = await readFile(file());
      const bent = Buffer.from(whole);
      bent[bent.length >> 1] ^= 0xff;
      await writeFile(file('bent'), bent);
      await writeFile(file('cut'), whole.subarray(0, whole.length - 20));
      await writeFile(file('text'), 'hello');
      const other = databases.uri();
      const remedies = {
        ...{ bent: /is damaged/, cut: /was cut off: copy it once more/, text: /damaged, or no backup: copy it once/ },
        ...{ nothing: /There is no file/, '': /is a folder: name the file/ },
      };
      for (const [name, remedy] of Object.entries(remedies)) {
        expect(await command('restore', [file(name)], other)).toBe(1);
        expect(said.at(-1)).toMatch(remedy);
      }
      const restored = open(other);
      expect(await everything(restored)).toEqual({});
      await restored.close();
    });

    it('writes over nothing, and leaves nothing half done', async () => {
      await writeFile(file(), 'mine');
      expect(await command('backup', [file()])).toBe(1);
      expect(await readFile(file(), 'utf8')).toBe('mine');
      expect(await readdir(folder)).toEqual(['backup']);
      expect(await command('backup', [])).toBe(64);
      expect(await command('backup', [join(folder, 'none', 'backup')])).toBe(1);
      expect(said.at(-1)).toBe(`There is no folder ${join(folder, 'none')}: make it first.`);
    });
  });

  describe('archive', () => {
    it('writes what is old, and removes it only where that was asked', async () => {
      const [old, recent] = [await oldOne(100), await oldOne(3)];
      const pinned = await oldOne(100);
      await stores.conversations.update(user, pinned, { pinned: true });
      expect(await command('archive', [file(), '--days', '90'])).toBe(0);
      expect(said.at(-1)).toContain('Nothing was removed');
      expect(await stores.conversations.get(user, old)).not.toBeNull();
      await rm(file());
      expect(await command('archive', [file(), '--days', '90', '--remove'])).toBe(0);
      expect(await stores.conversations.get(user, old)).toBeNull();
      for (const id of [recent, pinned]) expect(await stores.conversations.get(user, id)).not.toBeNull();
      expect((await stores.messages.list(user, recent, { limit: 10 })).items).toHaveLength(2);
      // And back again, tombstone or not.
      expect(await command('restore', [file(), '--merge'])).toBe(0);
      expect(await stores.conversations.get(user, old)).toMatchObject({ id: old });
      expect((await stores.messages.list(user, old, { limit: 10 })).items).toHaveLength(2);
    });

    it('takes no conversation in which an answer is being written', async () => {
      const id = await oldOne(100);
      await ask(stores.messages, newTurn(user, { conversation: id }));
      await stores.chat.conversations.run((all) =>
        all.updateOne({ _id: id }, { $set: { updatedAt: new Date(Date.now() - 100 * DAY_MS) } }),
      );
      await command('archive', [file(), '--days', '90', '--remove']);
      expect(await stores.conversations.get(user, id)).not.toBeNull();
    });

    it('needs a number of days', async () => {
      for (const args of [[file()], [file(), '--days'], [file(), '--days', '-1'], ['--days', '3']]) {
        expect(await command('archive', args)).toBe(64);
      }
    });

    if (partition === 'month') {
      it('drops a month when nothing is left of it, and no sooner', async () => {
        const month = (days: number) => {
          const at = new Date(Date.now() - days * DAY_MS).toISOString();
          return `messages_${at.slice(0, 7).replace('-', '_')}`;
        };
        await oldOne(400);
        await oldOne(500);
        const kept = await oldOne(500);
        await stores.conversations.update(user, kept, { pinned: true });
        expect(await command('archive', [file(), '--days', '90', '--remove'])).toBe(0);
        expect(said).toContain(`Dropped ${month(400)}, which was empty.`);
        expect(await collections()).not.toContain(month(400));
        expect(await collections()).toContain(month(500));
      });
    }
  });

  describe('indexes', () => {
    it('are made where they are missing, once; a look makes none', async () => {
      const fresh = databases.uri();
      expect(await command('indexes', ['--check'], fresh)).toBe(1);
      expect(said).toContain('  missing: email_1');
      said = [];
      expect(await command('indexes', [], fresh)).toBe(0);
      expect(said).toContain('  made: email_1');
      expect(said.filter((line) => line.startsWith('  made: '))).toHaveLength(4 + 2 + 4 + 6 + 3 + 7 + 3 + 2 + 1);
      said = [];
      expect(await command('indexes', [], fresh)).toBe(0);
      expect(said.filter((line) => line.startsWith('  '))).toEqual([]);
      expect(said).toContain('users: as declared');
      expect(await command('indexes', ['--check'], fresh)).toBe(0);
    });

    it('what stands otherwise, or is not declared, is named and left', async () => {
      const [fresh, name] = [databases.uri(), 'conversations'];
      const other = databases.at(fresh);
      await other.run((raw) => raw.collection(name).createIndex({ removedAt: 1 }, { expireAfterSeconds: 5 }));
      await other.run((raw) => raw.collection(name).createIndex({ title: 1 }));
      expect(await command('indexes', [], fresh)).toBe(1);
      expect(said).toContain('  not declared: title_1');
      expect(said.some((line) => line.startsWith('  other options than declared: removedAt_1'))).toBe(true);
      const there = await other.run((raw) => raw.collection(name).indexes());
      expect(there.map((index) => index.name)).toContain('title_1');
    });
  });
});

it('no password is ever shown', async () => {
  const said: string[] = [];
  const io = { out: (line: string) => void said.push(line), err: (line: string) => void said.push(line) };
  const away = 'mongodb://me:hush-hush@127.0.0.1:1/none?replicaSet=rs0&serverSelectionTimeoutMS=100';
  expect(await upkeepCommand('indexes', [], testConfig({ STORE: 'mongo', MONGO_URI: away }), io, async () => [])).toBe(
    1,
  );
  expect(said.join()).not.toContain('hush');
  expect(said.join()).toMatch(/^MongoDB does not answer: /);
});
