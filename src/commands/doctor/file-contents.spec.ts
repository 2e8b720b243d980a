import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteDatabase } from '../../../libs/sqlite/index.js';
import { newId } from '../../../libs/ids/index.js';
import { databaseFile } from '../../clients/open-database.js';
import { testConfig } from '../../config/config.testing.js';
import { addressFor, pieces } from '../../files/content/contract/file-contents.testing.js';
import { DiskFileContents } from '../../files/content/disk/file-contents.js';
import { newFile, PLENTY } from '../../files/store/contract/file-store.testing.js';
import { sqliteFileStore } from '../../files/store/sqlite/file-store.js';
import { fileContentFindings } from './file-contents.js';

describe('what the doctor says of files', () => {
  let folder: string;
  const config = (env = {}) => testConfig({ STORE: 'sqlite', DATA_DIR: folder, ...env });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-doctor-files-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is nothing where there are none', async () => {
    expect(await fileContentFindings(testConfig())).toEqual([]);
    expect(await fileContentFindings(config())).toEqual([]);
    new SqliteDatabase(databaseFile(folder)).close();
    expect(await fileContentFindings(config())).toEqual([]);
  });

  it('tells of rows without bytes, and of bytes without rows', async () => {
    const db = new SqliteDatabase(databaseFile(folder));
    const store = sqliteFileStore(db);
    const contents = new DiskFileContents(join(folder, 'files'));
    const add = async (text: string) => {
      const address = addressFor(Buffer.from(text));
      const record = await store.contents.open(address.sha256, newId());
      await contents.put({ ...address, contentId: record.id }, pieces(Buffer.from(text)));
      await store.reservations.insert(newFile(record), PLENTY);
      return { ...address, contentId: record.id };
    };
    await add('one');
    const lost = await add('two');
    expect(await fileContentFindings(config())).toMatchObject([
      { check: 'file-contents.bytes', level: 'ok', says: 'All of 2 contents that files have are there' },
      { check: 'file-contents.rows', level: 'ok' },
    ]);
    await contents.remove(lost);
    await contents.put(addressFor(Buffer.from('stray')), pieces(Buffer.from('stray')));
    expect(await fileContentFindings(config())).toMatchObject([
      { check: 'file-contents.bytes', level: 'problem', says: 'Of 2 contents that files have 1 are not there' },
      { check: 'file-contents.rows', level: 'warning', says: '1 of 2 that are kept, 5 bytes, are of no file' },
    ]);
    db.close();
  });

  it('names what can’t be reached, without the key', async () => {
    const s3 = { FILES: 's3', S3_BUCKET: 'none', S3_ENDPOINT: 'http://127.0.0.1:1', S3_FORCE_PATH_STYLE: 'true' };
    const key = { S3_ACCESS_KEY_ID: 'somebody', S3_SECRET_ACCESS_KEY: 'very-secret' };
    const [finding] = await fileContentFindings(config({ ...s3, ...key }));
    expect(finding).toMatchObject({ check: 'file-contents.reach', level: 'problem' });
    expect(JSON.stringify(finding)).not.toContain('very-secret');
  });
});
