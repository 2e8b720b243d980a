import {
  assignments,
  columnsOf,
  fromRow,
  insertInto,
  namesWithout,
  only,
  type Row,
  valuesOf,
} from '../../../../libs/fields/index.js';
import type { SqliteDatabase } from '../../../../libs/sqlite/index.js';
import { CONTENT_FIELDS, type ContentRecord, STORED_FILE_FIELDS, type StoredFile } from '../file.js';
import type { Step } from '../file-rules.js';
import { FILE_STEPS } from './file-schema.js';

/** Of `files f`. */
export const FILE_COLUMNS = columnsOf(STORED_FILE_FIELDS, 'f');
export const toFile = fromRow<StoredFile>(STORED_FILE_FIELDS);
/** Of `file_contents c`. */
export const CONTENT_COLUMNS = columnsOf(CONTENT_FIELDS, 'c');
export const toContent = fromRow<ContentRecord>(CONTENT_FIELDS);

const GET = `SELECT ${FILE_COLUMNS} FROM files f WHERE f.id = ?`;
const INSERT = insertInto('files', STORED_FILE_FIELDS);
const toValues = valuesOf<StoredFile>(STORED_FILE_FIELDS);
const CHANGING = only(STORED_FILE_FIELDS, namesWithout(STORED_FILE_FIELDS, 'fixed'));
const UPDATE = `UPDATE files SET ${assignments(CHANGING)} WHERE id = ?`;
const toChanges = valuesOf<StoredFile>(CHANGING);

const GET_CONTENT = `SELECT ${CONTENT_COLUMNS} FROM file_contents c WHERE c.id = ?`;
const INSERT_CONTENT = insertInto('file_contents', CONTENT_FIELDS);
const toContentValues = valuesOf<ContentRecord>(CONTENT_FIELDS);

/** What the SQLite adapters of this feature share: the tables, which it makes, and reads and writes of single rows. */
export class FileTables {
  constructor(readonly db: SqliteDatabase) {
    db.migrate('files', FILE_STEPS);
  }

  file(id: string): StoredFile | undefined {
    const row = this.db.get<Row>(GET, id);
    return row && toFile(row);
  }

  files(sql: string, ...values: Array<string | number>): StoredFile[] {
    return this.db.all<Row>(`SELECT ${FILE_COLUMNS} FROM files f ${sql}`, ...values).map(toFile);
  }

  /** Does what a rule says of a file, in one transaction. */
  apply<T>(id: string, rule: (file: StoredFile | undefined) => Step<T>): T {
    return this.db.transaction(() => {
      const { change, result } = rule(this.file(id));
      if (change) this.write(change);
      return result;
    });
  }

  insert(file: StoredFile): void {
    this.db.run(INSERT, ...toValues(file));
    this.enterHolders(file);
  }

  /** Writes all that may change of a file. */
  write(file: StoredFile): void {
    this.db.run(UPDATE, ...toChanges(file), file.id);
  }

  /** The same where its holders have changed. */
  writeHolders(before: StoredFile, after: StoredFile): void {
    this.write(after);
    for (const holder of before.holders) {
      if (!after.holders.includes(holder)) this.dropHolder(holder, after.id);
    }
    this.enterHolders(after);
  }

  drop(file: StoredFile): void {
    for (const holder of file.holders) this.dropHolder(holder, file.id);
    this.db.run('DELETE FROM files WHERE id = ?', file.id);
  }

  content(id: string): ContentRecord | undefined {
    const row = this.db.get<Row>(GET_CONTENT, id);
    return row && toContent(row);
  }

  contents(sql: string, ...values: Array<string | number>): ContentRecord[] {
    return this.db.all<Row>(`SELECT ${CONTENT_COLUMNS} FROM file_contents c ${sql}`, ...values).map(toContent);
  }

  insertContent(content: ContentRecord): void {
    this.db.run(INSERT_CONTENT, ...toContentValues(content));
  }

  private enterHolders({ id, holders }: StoredFile): void {
    for (const holder of holders) {
      this.db.run('INSERT INTO file_holders (holder, file_id) VALUES (?, ?) ON CONFLICT DO NOTHING', holder, id);
    }
  }

  private dropHolder(holder: string, id: string): void {
    this.db.run('DELETE FROM file_holders WHERE holder = ? AND file_id = ?', holder, id);
  }
}
