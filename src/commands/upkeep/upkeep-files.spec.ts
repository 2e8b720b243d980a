import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { askAndAnswer, newConversation, newId, newTurn } from '../../chat/contract/chat.testing.js';
import { type MongoChat, mongoChat, useMongoChat } from '../../chat/mongo/mongo-chat.testing.js';
import { testConfig } from '../../config/config.testing.js';
import { addressFor, pieces, read } from '../../files/content/contract/file-contents.testing.js';
import { MongoFileContents } from '../../files/content/mongo/file-contents.js';
import { newFile, PLENTY } from '../../files/store/contract/file-store.testing.js';
import type { FileStore, StoredFile } from '../../files/store/index.js';
import { mongoFileStore } from '../../files/store/mongo/file-store.js';
import { upkeepCommand, type UpkeepName } from './upkeep-command.js';

const { databases } = useMongoChat();
const DAY_MS = 86_400_000;

interface Opened {
  uri: string;
  chat: MongoChat;
  store: FileStore;
  contents: MongoFileContents;
}

describe('upkeep takes files along', () => {
  let folder: string;
  let file: string;
  let user: string;
  let said: string[];
  let here: Opened;
  const opened: Opened[] = [];

  function open(uri = databases.uri()): Opened {
    const chat = mongoChat(databases.at(uri), 'none');
    const { database } = chat.chat;
    const one = { uri, chat, store: mongoFileStore(database), contents: new MongoFileContents(database) };
    opened.push(one);
    return one;
  }
  const addUser = ({ chat }: Opened) =>
    chat.chat.database.run((raw) =>
      raw.collection<any>('users').insertOne({ _id: user, email: `${user}@example.org`, role: 'user' }),
    );
  const command = (name: UpkeepName, args: string[], { uri } = here) => {
    const io = { out: (line: string) => void said.push(line), err: (line: string) => void said.push(line) };
    const config = testConfig({ STORE: 'mongo', MONGO_URI: uri, MONGO_MESSAGE_PARTITION: 'none' });
    return upkeepCommand(name, args, config, io, async () => []);
  };

  beforeEach(async () => {
    said = [];
    folder = await mkdtemp(join(tmpdir(), 'parley-upkeep-'));
    file = join(folder, 'backup');
    user = newId();
    here = open();
    await addUser(here);
  });
  afterEach(async () => {
    for (const { chat } of opened.splice(0)) await chat.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function add({ store, contents }: Opened, text: string, ...holders: string[]): Promise<StoredFile> {
    const address = addressFor(Buffer.from(text));
    const record = await store.contents.open(address.sha256, newId());
    await contents.put({ ...address, contentId: record.id }, pieces(Buffer.from(text)));
    const row = newFile(record, { userId: user, size: text.length, state: 'ready', holders });
    await store.reservations.insert(row, PLENTY);
    return row;
  }
  const textOf = async ({ store, contents }: Opened, { id }: StoredFile) => {
    const found = await store.files.get(user, id);
    return found && (await read(contents, { ...found, form: 'upload' }))?.toString();
  };
  /** A conversation that ended `days` ago, and how its question holds files. */
  async function conversation(days: number): Promise<{ id: string; holder: string }> {
    const at = Date.now() - days * DAY_MS;
    const made = newConversation(user, { id: v7({ msecs: at }) });
    const turn = newTurn(user, { conversation: made });
    await askAndAnswer(here.chat.messages, turn);
    await here.chat.chat.conversations.run((all) =>
      all.updateOne({ _id: made.id }, { $set: { updatedAt: new Date(at) } }),
    );
    return { id: made.id, holder: `message:${made.id}:${turn.question!.id}` };
  }

  it('a restore brings rows, bytes and what counts', async () => {
    const [one, two] = [await add(here, 'first', 'message:c:1'), await add(here, 'second')];
    expect([await command('backup', [file]), said]).toEqual([0, expect.anything()]);
    expect(said.at(-1)).toBe(`The bytes of 2 contents are in ${file}.files: keep both.`);
    const there = open();
    expect([await command('restore', [file], there), said]).toEqual([0, expect.anything()]);
    expect([await textOf(there, one), await textOf(there, two)]).toEqual(['first', 'second']);
    expect(await there.store.files.get(user, one.id)).toMatchObject({ holders: ['message:c:1'], size: 5 });
    expect(await there.store.reservations.usedBytes(user)).toBe(11);
  });

  it('a restore beside what is there uses bytes that are there', async () => {
    const file1 = await add(here, 'the same');
    await command('backup', [file]);
    const there = open();
    await addUser(there);
    const before = await add(there, 'the same');
    expect([await command('restore', [file, '--merge'], there), said]).toEqual([0, expect.anything()]);
    expect((await there.store.files.get(user, file1.id))!.contentId).toBe(before.contentId);
    expect(await textOf(there, file1)).toBe('the same');
    expect(await there.store.reservations.usedBytes(user)).toBe(16);
  });

  it('is refused without the bytes', async () => {
    await add(here, 'first');
    await command('backup', [file]);
    await rm(`${file}.files`, { recursive: true });
    expect(await command('restore', [file], open())).toBe(1);
    expect(said.at(-1)).toContain(`they belong into ${file}.files`);
  });

  it('an archive takes the files of its conversations, and brings them back', async () => {
    const [old, present] = [await conversation(100), await conversation(0)];
    const own = await add(here, 'own', old.holder);
    const shared = await add(here, 'shared', old.holder, present.holder);
    expect([await command('archive', [file, '--days', '90', '--remove']), said]).toEqual([0, expect.anything()]);
    // The servers' sweep removes what is marked.
    for (const { id } of await here.store.files.deleting(10)) await here.store.files.remove(id);
    expect(await here.store.files.get(user, own.id)).toBeNull();
    expect(await here.store.files.get(user, shared.id)).toMatchObject({ holders: [present.holder] });
    expect(await here.store.reservations.usedBytes(user)).toBe(6);
    expect([await command('restore', [file, '--merge']), said]).toEqual([0, expect.anything()]);
    expect(await here.store.files.get(user, own.id)).toMatchObject({ holders: [old.holder] });
    const holders = [present.holder, old.holder];
    expect((await here.store.files.get(user, shared.id))!.holders).toEqual(holders);
    expect([await textOf(here, own), await textOf(here, shared)]).toEqual(['own', 'shared']);
    expect(await here.store.reservations.usedBytes(user)).toBe(9);
  });
});
