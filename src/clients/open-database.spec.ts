import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../config/config-error.js';
import { openDatabase } from './open-database.js';

describe('the database file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-open-'));
    file = join(folder, 'parley.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const refusal = (dataDir = folder): string => {
    try {
      openDatabase(dataDir).close();
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    throw new Error('it was opened');
  };

  it('is made with its folder', () => {
    openDatabase(join(folder, 'a', 'b')).close();
    expect(readFileSync(join(folder, 'a', 'b', 'parley.sqlite'), 'latin1')).toMatch(/^SQLite format 3/);
  });

  it('that is something else is named, with what to do, and left as it is (data/db-garbage)', () => {
    writeFileSync(file, 'no database at all '.repeat(100));
    expect(refusal()).toMatch(/DATA_DIR .*parley\.sqlite that is no database of SQLite\. .*npm run restore/);
    expect(readFileSync(file, 'utf8')).toMatch(/^no database/);
  });

  it('that was cut is named, with what to do', () => {
    const db = openDatabase(folder);
    db.exec('CREATE TABLE words (word TEXT)');
    for (let i = 0; i < 100; i++) db.run('INSERT INTO words VALUES (?)', 'x'.repeat(1000));
    db.close();
    truncateSync(file, 4096);
    expect(refusal()).toMatch(/parley\.sqlite that is damaged \(.*malformed\)\. .*npm run restore/);
  });

  it('that can not be opened is named', () => {
    mkdirSync(file);
    expect(refusal()).toMatch(/DATA_DIR .*can't be used for .*parley\.sqlite/);
    writeFileSync(join(folder, 'file'), '');
    expect(refusal(join(folder, 'file'))).toMatch(/DATA_DIR .*can't be used/);
  });
});
