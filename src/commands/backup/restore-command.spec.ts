import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteDatabase } from '../../../libs/sqlite/index.js';
import { databaseFile } from '../../clients/open-database.js';
import { backup } from './backup.js';
import { restoreCommand } from './restore-command.js';

describe('npm run restore', () => {
  let folder: string;
  let dataDir: string;
  let file: string;

  const inside = <T>(path: string, work: (db: SqliteDatabase) => T): T => {
    const db = new SqliteDatabase(path);
    try {
      db.migrate('things', ['CREATE TABLE things (name TEXT)']);
      return work(db);
    } finally {
      db.close();
    }
  };
  const add = (name: string) =>
    inside(databaseFile(dataDir), (db) => db.run('INSERT INTO things (name) VALUES (?)', name));
  const names = (path = databaseFile(dataDir)) =>
    inside(path, (db) => db.all<{ name: string }>('SELECT name FROM things').map(({ name }) => name));
  const kept = async () => (await readdir(dataDir)).filter((name) => name.includes('before'));

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-restore-'));
    dataDir = await mkdtemp(join(folder, 'data-'));
    file = join(folder, 'backup.sqlite');
    add('old');
    await backup(dataDir, file);
    add('new');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('keeps what was there, and says where', async () => {
    const before = await restoreCommand(dataDir, file);
    expect(before).toMatch(/parley\.before-restore-[\dTZ-]+\.sqlite$/);
    expect([names(), names(before)]).toEqual([['old'], ['old', 'new']]);
    expect(await restoreCommand(join(folder, 'elsewhere'), file)).toBeUndefined();
  });

  it('does so beside a server that has the database open, and finds the other rows', async () => {
    const server = new SqliteDatabase(databaseFile(dataDir));
    await restoreCommand(dataDir, file);
    expect(server.all('SELECT name FROM things')).toEqual([{ name: 'old' }]);
    expect(await kept()).toHaveLength(1);
    server.close();
  });

  it('says what to do about a folder in the place of a file, a file that was cut, and a folder that is not there', async () => {
    await expect(restoreCommand(dataDir, folder)).rejects.toThrow('is a folder: name the file in it');
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, whole.length / 2));
    await expect(restoreCommand(dataDir, file)).rejects.toThrow(/^The backup is damaged .*copy it once more/);
    await expect(backup(dataDir, join(folder, 'none', 'backup'))).rejects.toThrow(/There is no folder .*none: make it/);
  });

  it('leaves nothing behind where the file is no backup, and replaces nothing that it can not keep', async () => {
    await writeFile(file, 'hello');
    await expect(restoreCommand(dataDir, file)).rejects.toThrow('is not an SQLite database');
    expect([names(), await kept()]).toEqual([['old', 'new'], []]);
    for (const suffix of ['-wal', '-shm']) await rm(databaseFile(dataDir) + suffix, { force: true });
    await writeFile(databaseFile(dataDir), 'x'.repeat(5000));
    await expect(restoreCommand(dataDir, file)).rejects.toThrow(/can't be kept: .*its -wal and its -shm elsewhere/);
  });
});
