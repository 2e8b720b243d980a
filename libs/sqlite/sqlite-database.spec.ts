import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteDatabase } from './sqlite-database.js';

const DOWN = expect.objectContaining({ name: 'AppError', code: 'dependency_down', status: 503 });

describe('SqliteDatabase', () => {
  let folder: string;
  let db: SqliteDatabase;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-sqlite-'));
    db = new SqliteDatabase(join(folder, 'test.sqlite'));
    db.migrate('things', ['CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT, data BLOB)']);
  });
  afterEach(() => {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const add = (name: string | null) => db.run('INSERT INTO things (name) VALUES (?)', name);
  const names = (of = db) => of.all<{ name: string }>('SELECT name FROM things ORDER BY id').map(({ name }) => name);
  /** What a call throws. */
  const thrown = (work: () => unknown): unknown => {
    try {
      work();
    } catch (error) {
      return error;
    }
    throw new Error('did not throw');
  };

  it('gives back rows with nothing added, and how many were changed', () => {
    expect(add('a')).toBe(1);
    expect(add('b')).toBe(1);
    expect(db.get('SELECT id, name FROM things WHERE name = ?', 'b')).toEqual({ id: 2, name: 'b' });
    expect(db.get('SELECT id FROM things WHERE name = ?', 'c')).toBeUndefined();
    expect(db.all('SELECT id, name FROM things')).toEqual([
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ]);
    expect(db.run('UPDATE things SET name = ?', 'c')).toBe(2);
    expect(db.get('UPDATE things SET name = ? WHERE id = ? RETURNING name', 'd', 1)).toEqual({ name: 'd' });
    expect(names()).toEqual(['d', 'c']);
  });

  it('reads the row that is asked for, whatever the same statement read before', () => {
    add('a');
    add('b');
    const sql = 'SELECT name FROM things WHERE name = ?';
    expect(db.all(sql, 'a')).toEqual([{ name: 'a' }]);
    expect(db.get(sql, 'b')).toEqual({ name: 'b' });
    expect(db.all(sql, 'c')).toEqual([]);
    expect(db.get(sql, 'a')).toEqual({ name: 'a' });
    expect(db.get(sql, 'c')).toBeUndefined();
  });

  it('binds a lone null and a lone Buffer', () => {
    add(null);
    db.run('UPDATE things SET data = ?', Buffer.from('bytes'));
    expect(db.get('SELECT name, data FROM things')).toEqual({ name: null, data: Buffer.from('bytes') });
    expect(db.get('SELECT ? IS NULL AS yes', null)).toEqual({ yes: 1 });
  });

  it('is for its owner alone, made in a folder for all or found there', () => {
    chmodSync(folder, 0o755);
    const modes = () => readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777]);
    const all = ['test.sqlite', 'test.sqlite-shm', 'test.sqlite-wal'].map((name) => [name, 0o600]);
    expect(modes()).toEqual(all);
    for (const [name] of modes()) chmodSync(join(folder, String(name)), 0o644);
    new SqliteDatabase(join(folder, 'test.sqlite')).close();
    expect(modes()).toEqual(all);
    // Whoever has it open keeps its locks.
    expect(add('a')).toBe(1);
  });

  it('leaves nothing of what was deleted, in any of its files, once it was closed', () => {
    const left = () =>
      readdirSync(folder).filter((name) => readFileSync(join(folder, name), 'latin1').includes('hush-hush'));
    for (let i = 0; i < 20; i++) db.run('INSERT INTO things (name) VALUES (?)', `hush-hush ${'x'.repeat(i * 1000)}`);
    expect(left()).not.toEqual([]);
    db.run('UPDATE things SET name = ? WHERE id < 10', 'other');
    db.run('DELETE FROM things WHERE id >= 10');
    db.close();
    expect(left()).toEqual([]);
  });

  it('is closed at once, and whole, while another reads', () => {
    add('a');
    const reader = new SqliteDatabase(db.path);
    reader.exec('BEGIN');
    expect(names(reader)).toEqual(['a']);
    add('b');
    db.close();
    reader.exec('COMMIT');
    expect(names(reader)).toEqual(['a', 'b']);
    reader.close();
  });

  it('refuses a boolean, which would abort the process', () => {
    expect(thrown(() => db.run('INSERT INTO things (name) VALUES (?)', true as unknown as number))).toEqual(DOWN);
    expect(names()).toEqual([]);
  });

  describe('migrate', () => {
    it('runs each step once, also from a second connection', () => {
      const steps = ['CREATE TABLE others (n INTEGER)', 'INSERT INTO others VALUES (1)'];
      db.migrate('others', steps.slice(0, 1));
      db.migrate('others', steps);
      const second = new SqliteDatabase(db.path);
      second.migrate('others', steps);
      second.close();
      db.migrate('others', steps);
      expect(db.all('SELECT n FROM others')).toEqual([{ n: 1 }]);
      expect(db.all("SELECT name, sql FROM migrations WHERE name LIKE 'others/%'")).toEqual([
        { name: 'others/1', sql: steps[0] },
        { name: 'others/2', sql: steps[1] },
      ]);
    });

    it('keeps nothing of a step that fails, and tries it again', () => {
      const first = 'CREATE TABLE others (n INTEGER)';
      expect(thrown(() => db.migrate('others', [first, 'INSERT INTO others VALUES (1); NONSENSE']))).toEqual(DOWN);
      db.migrate('others', [first, 'INSERT INTO others VALUES (2)']);
      expect(db.all('SELECT n FROM others')).toEqual([{ n: 2 }]);
    });
  });

  describe('transaction', () => {
    it('keeps all, and gives back what the work does', () => {
      expect(db.transaction(() => add('a') + add('b'))).toBe(2);
      expect(names()).toEqual(['a', 'b']);
    });

    it('keeps nothing where the work throws', () => {
      const work = () => {
        add('a');
        throw new Error('changed my mind');
      };
      expect(() => db.transaction(work)).toThrow('changed my mind');
      expect(names()).toEqual([]);
      db.transaction(() => add('b'));
      expect(names()).toEqual(['b']);
    });

    it('within another is part of that one', () => {
      const work = () => {
        add('a');
        db.transaction(() => add('b'));
        throw new Error('changed my mind');
      };
      expect(() => db.transaction(work)).toThrow('changed my mind');
      expect(names()).toEqual([]);
      db.transaction(() => db.transaction(() => add('c')));
      expect(names()).toEqual(['c']);
    });

    it('shows nothing to others before its end', () => {
      const second = new SqliteDatabase(db.path);
      db.transaction(() => {
        add('a');
        expect(names(second)).toEqual([]);
      });
      expect(names(second)).toEqual(['a']);
      second.close();
    });

    it('keeps nothing on a full disk, and goes on when there is room', () => {
      add('before');
      const { page_count: pages } = db.get<{ page_count: number }>('PRAGMA page_count')!;
      db.exec(`PRAGMA max_page_count = ${pages}`);
      const work = () => {
        add('small');
        add('x'.repeat(100_000));
      };
      const error = thrown(() => db.transaction(work));
      expect(error).toEqual(DOWN);
      expect((error as Error).cause).toMatchObject({ code: 'SQLITE_FULL' });
      expect(names()).toEqual(['before']);
      db.exec('PRAGMA max_page_count = 1000000');
      db.transaction(work);
      expect(names()).toHaveLength(3);
    });
  });

  it('throws dependency_down with the driver’s error inside', () => {
    const error = thrown(() => db.run('NONSENSE'));
    expect(error).toEqual(DOWN);
    expect((error as Error).cause).toMatchObject({ code: 'SQLITE_ERROR' });
    expect((error as { detail: string }).detail).not.toContain('NONSENSE');
  });

  it('throws dependency_down when closed, which may be done twice', () => {
    add('a');
    expect(db.isOpen).toBe(true);
    db.close();
    db.close();
    expect(db.isOpen).toBe(false);
    const calls = [() => add('b'), () => names(), () => db.exec('SELECT 1'), () => db.transaction(() => 1)];
    for (const call of [...calls, () => db.ping(), () => db.migrate('more', ['SELECT 1'])]) {
      expect(thrown(call)).toEqual(DOWN);
    }
  });

  describe('requireSpace', () => {
    it('is content where there is room, and in memory', () => {
      db.requireSpace();
      db.ping();
      const memory = new SqliteDatabase(':memory:');
      memory.requireSpace();
      memory.close();
    });

    it('throws dependency_down where the disk is nearly full', () => {
      (db as any).space = { checkedAt: Date.now() + 60_000, free: 1024 };
      expect(thrown(() => db.requireSpace())).toEqual(DOWN);
      expect(thrown(() => db.ping())).toEqual(DOWN);
      add('an end of what is running');
    });

    it('throws dependency_down where the folder is gone', () => {
      rmSync(folder, { recursive: true });
      expect(thrown(() => db.requireSpace())).toEqual(DOWN);
    });
  });
});
