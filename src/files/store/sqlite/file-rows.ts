import { decodeCursor, type Page, type PageRequest, toPage } from '../../../../libs/paging/index.js';
import { CONTENT_REST_MS } from '../content-records.js';
import type { StoredFile } from '../file.js';
import { FileRows, type Hold } from '../file-rows.js';
import { hold, markDeleting, without } from '../file-rules.js';
import type { FileTables } from './file-tables.js';

/** What sorts behind all texts that begin with another one. */
const LAST = '\u{10ffff}';

export class SqliteFileRows extends FileRows {
  constructor(private readonly tables: FileTables) {
    super();
  }

  async get(userId: string, id: string): Promise<StoredFile | null> {
    const file = this.tables.file(id);
    return file?.userId === userId && !file.deleting ? file : null;
  }

  async list(userId: string, { limit, cursor }: PageRequest): Promise<Page<StoredFile>> {
    const [before] = cursor ? decodeCursor(cursor, ['string']) : [LAST];
    const files = this.tables.files(
      'WHERE f.user_id = ? AND f.id < ? AND f.deleting = 0 ORDER BY f.id DESC LIMIT ?',
      ...[userId, before, limit + 1],
    );
    return toPage(files, limit, ({ id }) => [id]);
  }

  async hold(userId: string, id: string, holder: string): Promise<Hold> {
    return this.tables.db.transaction(() => {
      const file = this.tables.file(id);
      const { change, result } = hold(file, userId, holder, Date.now());
      if (file && change) this.tables.writeHolders(file, change);
      return result;
    });
  }

  async dropHolders(holders: string[], last: 'delete' | 'keep'): Promise<void> {
    for (const holder of holders) {
      this.drop(
        last,
        (other) => other === holder,
        () => this.tables.db.all('SELECT file_id FROM file_holders WHERE holder = ?', holder),
      );
    }
  }

  async dropHoldersUnder(prefix: string): Promise<void> {
    const sql = 'SELECT DISTINCT file_id FROM file_holders WHERE holder >= ? AND holder < ?';
    this.drop(
      'delete',
      (holder) => holder.startsWith(prefix),
      () => this.tables.db.all(sql, prefix, prefix + LAST),
    );
  }

  async unchecked(limit: number): Promise<StoredFile[]> {
    return this.tables.files(
      'WHERE f.check_at IS NOT NULL AND f.check_at <= ? ORDER BY f.check_at LIMIT ?',
      Date.now(),
      limit,
    );
  }

  async noteChecked(id: string, checkAt: number): Promise<void> {
    this.tables.db.run('UPDATE files SET check_at = NULL WHERE id = ? AND check_at = ?', id, checkAt);
  }

  async markDeleting(userId: string, id: string): Promise<'marked' | 'held' | 'absent'> {
    return this.tables.apply(id, (file) => markDeleting(file, userId));
  }

  async markUnheld(olderThanMs: number, limit: number): Promise<number> {
    return this.tables.db.run(
      `UPDATE files SET deleting = 1 WHERE id IN (
        SELECT id FROM files WHERE holders = '[]' AND deleting = 0 AND created_at <= ? ORDER BY created_at LIMIT ?)`,
      Date.now() - olderThanMs,
      limit,
    );
  }

  async markAllOf(userId: string): Promise<void> {
    this.tables.db.run('UPDATE files SET deleting = 1, check_at = NULL WHERE user_id = ? AND deleting = 0', userId);
  }

  async deleting(limit: number, userId?: string): Promise<StoredFile[]> {
    if (userId === undefined) return this.tables.files('WHERE f.deleting = 1 LIMIT ?', limit);
    return this.tables.files('WHERE f.deleting = 1 AND f.user_id = ? LIMIT ?', userId, limit);
  }

  async remove(id: string): Promise<void> {
    this.tables.db.transaction(() => {
      const file = this.tables.file(id);
      if (!file?.deleting) return;
      this.tables.drop(file);
      const sql = 'UPDATE file_contents SET due_at = ? WHERE id = ? AND deleting = 0';
      this.tables.db.run(sql, Date.now() + CONTENT_REST_MS, file.contentId);
    });
  }

  async all({ limit, cursor }: PageRequest): Promise<Page<StoredFile>> {
    const [after] = cursor ? decodeCursor(cursor, ['string']) : [''];
    return toPage(this.tables.files('WHERE f.id > ? ORDER BY f.id LIMIT ?', after, limit + 1), limit, ({ id }) => [id]);
  }

  private drop(
    last: 'delete' | 'keep',
    isDropped: (holder: string) => boolean,
    find: () => Array<{ file_id?: unknown }>,
  ): void {
    this.tables.db.transaction(() => {
      for (const { file_id: id } of find()) {
        const file = this.tables.file(id as string);
        const left = file && without(file, isDropped, last);
        if (left) this.tables.writeHolders(file, left);
      }
    });
  }
}
