import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { SqliteDatabase } from '../../../libs/sqlite/index.js';
import { SqliteSessionStore } from '../../auth/sessions/sqlite/session-store.js';
import { databaseFile } from '../../clients/open-database.js';
import { backup } from './backup.js';
import { askAndAnswer, newId, newTurn } from '../../chat/contract/chat.testing.js';
import { sqliteChatStore } from '../../chat/sqlite/chat-store.js';
import { restore } from './restore.js';

/**
 * Another process with the database open: raises two counters in one transaction, as fast as it can, with statements
 * prepared once. Says what it reads after each line it is sent.
 */
const writer = `
  const Database = require(process.argv[1]);
  const db = new Database(process.argv[2]);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000');
  const add = ['a', 'b'].map((name) => db.prepare('UPDATE counters SET n = n + 1 WHERE name = ' + "'" + name + "'"));
  const read = db.prepare('SELECT max(n) AS high, min(n) AS low FROM counters');
  setInterval(() => {
    db.exec('BEGIN IMMEDIATE');
    for (const statement of add) statement.run([]);
    db.exec('COMMIT');
  }, 1);
  process.stdin.on('data', () => { const { high, low } = read.get([]); console.log(JSON.stringify({ high, low })); });
  console.log('ready');
`;

describe('backup and restore', () => {
  let folder: string;
  let dataDir: string;
  let file: string;
  let db: SqliteDatabase;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-backup-'));
    dataDir = folder;
    file = join(folder, 'copy.sqlite');
    db = new SqliteDatabase(databaseFile(dataDir));
    db.migrate('things', ['CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)']);
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    db.close();
    await rm(folder, { recursive: true, force: true });
  });

  const add = (name: string) => db.run('INSERT INTO things (name) VALUES (?)', name);
  const names = (of = db) => of.all<{ name: string }>('SELECT name FROM things ORDER BY id').map(({ name }) => name);
  const filesOf = async () => (await readdir(folder)).filter((name) => !name.startsWith('parley.sqlite')).sort();

  it('bring back what was there, to a connection that stays open', async () => {
    add('old');
    await backup(dataDir, file);
    add('new');
    db.run('DELETE FROM things WHERE name = ?', 'old');
    await restore(dataDir, file);
    expect(names()).toEqual(['old']);
    add('newer');
    expect(names()).toEqual(['old', 'newer']);
    expect(await filesOf()).toEqual(['copy.sqlite']);
  });

  it('write one file that only its owner can read', async () => {
    await backup(dataDir, file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await filesOf()).toEqual(['copy.sqlite']);
  });

  it('never overwrite a file', async () => {
    await writeFile(file, 'precious');
    await expect(backup(dataDir, file)).rejects.toThrow('is there already');
    expect(await readFile(file, 'utf8')).toBe('precious');
    expect(await filesOf()).toEqual(['copy.sqlite']);
  });

  it('make no database where there is none', async () => {
    const empty = join(folder, 'empty');
    await expect(backup(empty, file)).rejects.toThrow('There is no database');
    await expect(backup(dataDir, join(folder, 'no', 'such', 'folder'))).rejects.toThrow();
    expect(await filesOf()).toEqual([]);
  });

  it('restore into an empty folder', async () => {
    add('old');
    await backup(dataDir, file);
    const other = join(folder, 'other');
    await restore(other, file);
    expect(await readdir(other)).toEqual(['parley.sqlite']);
    const restored = new SqliteDatabase(databaseFile(other));
    expect(names(restored)).toEqual(['old']);
    restored.close();
  });

  it.each(['a database that is there', 'an empty folder'])('bring no session back, into %s', async (target) => {
    const sessions = new SqliteSessionStore(db);
    const now = new Date();
    const expiresAt = new Date(+now + 60_000);
    const more = { address: '127.0.0.1', userAgent: '', usedToken: 0, createdAt: now, lastUsedAt: now, expiresAt };
    await sessions.create({ id: 'logged out since', userId: 'ada', ...more });
    await backup(dataDir, file);
    await sessions.removeByUser('ada');
    await sessions.create({ id: 'of now', userId: 'ada', ...more });
    const into = target === 'an empty folder' ? join(folder, 'other') : dataDir;
    await restore(into, file);
    const restored = new SqliteDatabase(databaseFile(into));
    expect(await new SqliteSessionStore(restored).listByUser('ada')).toEqual([]);
    restored.close();
  });

  it('only read the backup', async () => {
    await backup(dataDir, file);
    await chmod(file, 0o400);
    const before = await readFile(file);
    await restore(dataDir, file);
    expect(await readFile(file)).toEqual(before);
  });

  it('bring an older backup up to date', async () => {
    add('old');
    await backup(dataDir, file);
    db.migrate('things', [
      'CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)',
      `ALTER TABLE things ADD COLUMN size INTEGER; UPDATE things SET size = length(name)`,
    ]);
    db.migrate('others', ['CREATE TABLE others (id INTEGER PRIMARY KEY)']);
    add('new');
    db.run('INSERT INTO others VALUES (?)', 1);
    await restore(dataDir, file);
    expect(db.all('SELECT name, size FROM things')).toEqual([{ name: 'old', size: 3 }]);
    expect(db.all('SELECT * FROM others')).toEqual([]);
    expect(db.all('SELECT name FROM migrations')).toHaveLength(3);
  });

  describe('change nothing where the file', () => {
    beforeEach(() => add('kept'));
    afterEach(async () => {
      expect(names()).toEqual(['kept']);
      expect((await filesOf()).filter((name) => name !== 'copy.sqlite')).toEqual([]);
    });

    it('is not there', () => expect(restore(dataDir, file)).rejects.toThrow('There is no file'));

    it('is no database', async () => {
      await writeFile(file, 'something else entirely, and quite long');
      await expect(restore(dataDir, file)).rejects.toThrow('is not an SQLite database');
      await writeFile(file, '');
      await expect(restore(dataDir, file)).rejects.toThrow('is not an SQLite database');
    });

    it('is another product’s database', async () => {
      const other = new SqliteDatabase(file);
      other.exec('CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)');
      other.get('PRAGMA journal_mode = DELETE');
      other.close();
      await expect(restore(dataDir, file)).rejects.toThrow('not a backup of this product');
    });

    it('is damaged', async () => {
      await backup(dataDir, file);
      const bytes = await readFile(file);
      await writeFile(file, bytes.subarray(0, bytes.length - 4096));
      await expect(restore(dataDir, file)).rejects.toThrow();
      await writeFile(file, Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 7)]));
      await expect(restore(dataDir, file)).rejects.toThrow();
    });

    it('comes from a newer version', async () => {
      await backup(dataDir, file);
      const newer = new SqliteDatabase(file);
      newer.migrate('tomorrow', ['CREATE TABLE tomorrow (id INTEGER PRIMARY KEY)']);
      newer.get('PRAGMA journal_mode = DELETE');
      newer.close();
      await expect(restore(dataDir, file)).rejects.toThrow('newer version (tomorrow/1)');
    });

    it('is the database itself', () =>
      expect(restore(dataDir, databaseFile(dataDir))).rejects.toThrow('is the database itself'));
  });

  it('bring back conversations, and the index of words, under a server at work', async () => {
    const { search, messages, conversations } = sqliteChatStore(db);
    const user = newId();
    const found = async (word: string) => (await search.search(user, word, { limit: 10 })).items.length;
    for (let i = 0; i < 30; i++) await askAndAnswer(messages, newTurn(user, { text: `old walrus ${i}` }));
    expect(await found('penguin')).toBe(0);
    await backup(dataDir, file);
    for (let i = 0; i < 30; i++) await askAndAnswer(messages, newTurn(user, { text: `new penguin ${i}` }));
    expect(await found('penguin')).toBe(10);
    const { items } = await conversations.list(user, { archived: false }, { limit: 100 });
    await conversations.remove(items[40].id);

    await restore(dataDir, file);
    expect((await conversations.list(user, { archived: false }, { limit: 100 })).items).toHaveLength(30);
    expect(await found('penguin')).toBe(0);
    expect(await found('walrus')).toBe(10);
    const later = await askAndAnswer(messages, newTurn(user, { text: 'later penguin' }));
    expect(await found('penguin')).toBe(1);
    await conversations.remove(later.conversationId);
    expect(await found('penguin')).toBe(0);
    expect(db.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  describe('with another process that writes', () => {
    let lines: Interface;
    let child: ChildProcess;

    beforeEach(async () => {
      db.migrate('counters', ['CREATE TABLE counters (name TEXT PRIMARY KEY, n INTEGER)']);
      db.exec(`INSERT INTO counters VALUES ('a', 0), ('b', 0)`);
      const driver = createRequire(__filename).resolve('libsql');
      child = spawn(process.execPath, ['-e', writer, driver, databaseFile(dataDir)], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      children.push(child);
      lines = createInterface({ input: child.stdout! });
      await once(lines, 'line');
    });

    const ask = async (): Promise<{ high: number; low: number }> => {
      const answer = once(lines, 'line');
      child.stdin!.write('?\n');
      return JSON.parse(String((await answer)[0]));
    };
    const until = async (n: number): Promise<void> => {
      while ((await ask()).low < n) await new Promise((resolve) => setTimeout(resolve, 5));
    };

    it('copy one moment, and bring it back under it', async () => {
      await until(20);
      await backup(dataDir, file);
      const copy = new SqliteDatabase(file);
      const [a, b] = copy.all<{ n: number }>('SELECT n FROM counters');
      copy.close();
      expect(a.n).toBeGreaterThanOrEqual(20);
      expect(a.n).toBe(b.n);

      await until(a.n + 200);
      const before = (await ask()).low;
      await restore(dataDir, file);
      const after = await ask();
      expect(after.high).toBe(after.low);
      expect(after.low).toBeLessThan(before);
      await until(after.low + 20);
      expect(child.exitCode).toBeNull();
    });
  });
});
