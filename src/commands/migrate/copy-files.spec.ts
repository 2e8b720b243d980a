import { rm } from 'node:fs/promises';
import { newId } from '../../../libs/ids/index.js';
import type { MongoDatabase } from '../../../libs/mongo/index.js';
import { useDatabases } from '../../../libs/mongo/mongo.testing.js';
import { addressFor, pieces, read } from '../../files/content/contract/file-contents.testing.js';
import { DiskFileContents } from '../../files/content/disk/file-contents.js';
import { MongoFileContents } from '../../files/content/mongo/file-contents.js';
import { newFile, PLENTY, readOf } from '../../files/store/contract/file-store.testing.js';
import type { FileStore, StoredFile } from '../../files/store/index.js';
import { mongoFileStore } from '../../files/store/mongo/file-store.js';
import { folderOf } from './copy-files.js';
import { migrate, populate, SourceFile } from './migrate.testing.js';

const databases = useDatabases();

describe('migrate takes files along', () => {
  let source: SourceFile;
  let contents: DiskFileContents;
  let uri: string;
  let database: MongoDatabase;
  let there: FileStore;
  let bytes: MongoFileContents;
  let ada: string;

  beforeEach(async () => {
    source = await SourceFile.make();
    contents = new DiskFileContents(folderOf(source.path));
    ({ ada } = await populate(source));
    uri = databases.uri();
    database = databases.at(uri);
    there = mongoFileStore(database);
    bytes = new MongoFileContents(database);
  });
  afterEach(async () => {
    await database.close();
    await source.close();
  });
  const copy = (...more: string[]) => migrate(['--from', `sqlite:${source.path}`, '--to', uri, ...more]);

  async function add(store: FileStore, into: DiskFileContents | MongoFileContents, text: string): Promise<StoredFile> {
    const address = addressFor(Buffer.from(text));
    const record = await store.contents.open(address.sha256, newId());
    await into.put({ ...address, contentId: record.id }, pieces(Buffer.from(text)));
    await into.put({ ...address, contentId: record.id, form: 'text' }, pieces(Buffer.from(`read: ${text}`)));
    await store.contents.noteRead(record.id, readOf({ shown: 'upload', size: text.length }));
    const file = newFile(record, { userId: ada, size: text.length, state: 'ready', filename: `${text}.txt` });
    await store.reservations.insert(file, PLENTY);
    return file;
  }
  const textOf = async ({ sha256, contentId }: StoredFile, form: 'upload' | 'text' = 'upload') =>
    (await read(bytes, { sha256, contentId, form }))?.toString();

  it('rows, bytes, and what counts', async () => {
    const [one, two] = [await add(source.files, contents, 'first'), await add(source.files, contents, 'second')];
    await source.files.files.hold(ada, one.id, 'message:c:1');
    const going = await add(source.files, contents, 'going');
    await source.files.files.markDeleting(ada, going.id);
    const { code, said } = await copy();
    expect([code, said]).toEqual([
      0,
      expect.stringMatching(/files: 2 in the file, 2 in MongoDB, checksum \w+ on both/),
    ]);
    const copied = (await there.files.get(ada, one.id))!;
    expect(copied).toMatchObject({ filename: 'first.txt', holders: ['message:c:1'], size: 5, state: 'ready' });
    expect([await textOf(copied), await textOf(copied, 'text')]).toEqual(['first', 'read: first']);
    expect(await there.reservations.usedBytes(ada)).toBe(11);
    expect((await there.contents.get(copied.contentId))!.read).toMatchObject({ shown: 'upload' });
    // Again, with what came since.
    await add(source.files, contents, 'third');
    expect((await copy()).code).toBe(0);
    expect((await there.files.list(ada, { limit: 10 })).items).toHaveLength(3);
    expect(await there.files.get(ada, two.id)).not.toBeNull();
    expect(await there.reservations.usedBytes(ada)).toBe(16);
  });

  it('uses what is there already with the same bytes', async () => {
    await copy();
    const before = await add(there, bytes, 'the same');
    const file = await add(source.files, contents, 'the same');
    expect((await copy()).code).toBe(0);
    const copied = (await there.files.get(ada, file.id))!;
    expect(copied.contentId).toBe(before.contentId);
    expect(await textOf(copied)).toBe('the same');
    expect((await bytes.list({ limit: 100 })).items).toHaveLength(2);
  });

  it('says where bytes are missing', async () => {
    await add(source.files, contents, 'lost');
    await rm(folderOf(source.path), { recursive: true });
    const { code, said } = await copy();
    expect([code, said]).toEqual([1, expect.stringMatching(/Contents of which there is nothing in .*files: 1\./)]);
  });

  it('does not bring back what was deleted there', async () => {
    const file = await add(source.files, contents, 'deleted there');
    await copy();
    await there.files.markDeleting(ada, file.id);
    await there.files.remove(file.id);
    const { code, said } = await copy();
    expect([code, said]).toEqual([0, expect.stringContaining('not brought back: 1')]);
    expect(await there.files.get(ada, file.id)).toBeNull();
  });
});
