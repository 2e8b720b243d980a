import { SqliteDatabase } from '../../../libs/sqlite/index.js';
import type { WholeContent } from '../../files/content/file-contents.js';
import { exists } from './backup.js';
import { mustBeSqlite } from './restore.js';

const AT_A_TIME = 500;

/** Works on a file that no server has open. */
export async function opened<T>(file: string, work: (db: SqliteDatabase) => Promise<T>): Promise<T> {
  const db = new SqliteDatabase(file);
  try {
    return await work(db);
  } finally {
    db.close();
  }
}

/** The contents that a copy of the database tells of. One that a build before 0.2 made knows none. */
export async function* copiedContents(file: string): AsyncGenerator<WholeContent> {
  if (!(await exists(file))) throw new Error(`There is no file ${file}.`);
  await mustBeSqlite(file);
  const db = new SqliteDatabase(file, { readOnly: true });
  try {
    if (!db.get("SELECT 1 AS seen FROM sqlite_schema WHERE type = 'table' AND name = 'file_contents'")) return;
    const sql = 'SELECT id, sha256 FROM file_contents WHERE id > ? AND deleting = 0 ORDER BY id LIMIT ?';
    for (let after = ''; ;) {
      const rows = db.all<{ id: string; sha256: string }>(sql, after, AT_A_TIME);
      for (const { id, sha256 } of rows) yield { contentId: id, sha256 };
      if (rows.length < AT_A_TIME) return;
      after = rows.at(-1)!.id;
    }
  } finally {
    db.close();
  }
}
