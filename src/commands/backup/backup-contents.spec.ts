import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteDatabase } from '../../../libs/sqlite/index.js';
import { databaseFile } from '../../clients/open-database.js';
import { testConfig } from '../../config/config.testing.js';
import { addressFor, pieces, read } from '../../files/content/contract/file-contents.testing.js';
import { DiskFileContents } from '../../files/content/disk/file-contents.js';
import type { ContentAddress, ContentForm } from '../../files/content/file-contents.js';
import { newFile, PLENTY, readOf } from '../../files/store/contract/file-store.testing.js';
import { CONTENT_REST_MS, type FileStore, type StoredFile } from '../../files/store/index.js';
import { sqliteFileStore } from '../../files/store/sqlite/file-store.js';
import { newId } from '../../../libs/ids/index.js';
import { backupCommand, restoreContents } from './backup-contents.js';
import { restoreCommand } from './restore-command.js';

describe('a backup with files', () => {
  let folder: string;
  let file: string;
  let db: SqliteDatabase;
  let store: FileStore;
  let contents: DiskFileContents;
  const config = () => testConfig({ STORE: 'sqlite', DATA_DIR: join(folder, 'data') });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-backup-'));
    file = join(folder, 'backup.sqlite');
    contents = new DiskFileContents(join(folder, 'data', 'files'));
    await contents.ping();
    db = new SqliteDatabase(databaseFile(join(folder, 'data')));
    store = sqliteFileStore(db);
  });
  afterEach(async () => {
    db.close();
    jest.restoreAllMocks();
    await rm(folder, { recursive: true, force: true });
  });

  const put = (address: ContentAddress, form: ContentForm, text: string) =>
    contents.put({ ...address, form }, pieces(Buffer.from(text)));

  async function add(text: string): Promise<{ row: StoredFile; address: ContentAddress }> {
    const { sha256 } = addressFor(Buffer.from(text));
    const record = await store.contents.open(sha256, newId());
    const address: ContentAddress = { sha256, contentId: record.id, form: 'upload' };
    await put(address, 'upload', text);
    const row = newFile(record, { size: text.length });
    await store.reservations.insert(row, PLENTY);
    return { row, address };
  }
  const text = async (address: ContentAddress) => (await read(contents, address))?.toString();

  it('gives everything back, rows and bytes', async () => {
    const [one, two] = [await add('the first'), await add('the second')];
    await put(one.address, 'text', 'read of the first');
    expect(await backupCommand(config(), file)).toMatchObject({ contents: 2, bytes: 9 + 17 + 10, missing: [] });
    // Deleted and removed since, and another one came.
    await store.files.markAllOf('user');
    await store.files.remove(one.row.id);
    await contents.remove(one.address);
    const later = await add('the third');
    await restoreCommand(config().DATA_DIR, file, async () => void (await restoreContents(config(), file)));
    expect((await store.files.list('user', { limit: 10 })).items.map(({ id }) => id)).toEqual([two.row.id, one.row.id]);
    expect([await text(one.address), await text({ ...one.address, form: 'text' })]).toEqual([
      'the first',
      'read of the first',
    ]);
    expect(await text(two.address)).toBe('the second');
    expect(await store.files.get('user', later.row.id)).toBeNull();
  });

  it('lets no content go while it copies', async () => {
    const { row } = await add('on its way out');
    const now = Date.now;
    let ahead = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
    await store.files.markAllOf('user');
    await store.files.remove(row.id);
    ahead = CONTENT_REST_MS + 1000;
    const [{ id, dueAt }] = await store.contents.due(10);
    let went: boolean | undefined;
    const { size } = DiskFileContents.prototype;
    jest.spyOn(DiskFileContents.prototype, 'size').mockImplementationOnce(async function (this: DiskFileContents, at) {
      went = await store.contents.beginRemoval(id, dueAt!);
      return size.call(this, at);
    });
    await backupCommand(config(), file);
    expect(went).toBe(false);
    expect(await store.contents.beginRemoval(id, dueAt!)).toBe(true);
  });

  it('knows of what was read while it copied', async () => {
    const { row, address } = await add('a picture');
    const { size } = DiskFileContents.prototype;
    // Between rows and bytes it is written anew.
    jest.spyOn(DiskFileContents.prototype, 'size').mockImplementationOnce(async function (this: DiskFileContents, at) {
      await put(address, 'original', 'written anew');
      await store.contents.noteRead(address.contentId, readOf({ size: 12 }));
      await contents.drop(address);
      return size.call(this, at);
    });
    await backupCommand(config(), file);
    await contents.remove(address);
    await restoreCommand(config().DATA_DIR, file, async () => void (await restoreContents(config(), file)));
    expect(await store.files.get('user', row.id)).toMatchObject({ state: 'processing' });
    expect((await store.contents.get(address.contentId))!.read).toMatchObject({ shown: 'original', size: 12 });
    expect(await text({ ...address, form: 'original' })).toBe('written anew');
  });

  it('is not brought in without its bytes, and then nothing is replaced', async () => {
    const { row } = await add('the first');
    await backupCommand(config(), file);
    await rm(`${file}.files`, { recursive: true });
    await store.files.markAllOf('user');
    await contents.remove({ sha256: row.sha256, contentId: row.contentId });
    const restored = restoreCommand(config().DATA_DIR, file, async () => void (await restoreContents(config(), file)));
    await expect(restored).rejects.toThrow(/The bytes of 1 files are missing: .*backup\.sqlite\.files/);
    expect(await store.files.get('user', row.id)).toBeNull();
  });
});
