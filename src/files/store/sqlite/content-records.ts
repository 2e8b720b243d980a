import { decodeCursor, type Page, type PageRequest, toPage } from '../../../../libs/paging/index.js';
import { CONTENT_REST_MS, ContentRecords } from '../content-records.js';
import type { ContentRead, ContentRecord } from '../file.js';
import type { FileTables } from './file-tables.js';

export class SqliteContentRecords extends ContentRecords {
  constructor(private readonly tables: FileTables) {
    super();
  }

  async open(sha256: string, newId: string): Promise<ContentRecord> {
    const { db } = this.tables;
    db.requireSpace();
    return db.transaction(() => {
      const dueAt = Date.now() + CONTENT_REST_MS;
      const [standing] = this.tables.contents('WHERE c.sha256 = ? AND c.deleting = 0', sha256);
      if (!standing) {
        const content = { id: newId, sha256, deleting: false, dueAt, read: null };
        this.tables.insertContent(content);
        return content;
      }
      db.run('UPDATE file_contents SET due_at = ? WHERE id = ?', dueAt, standing.id);
      return { ...standing, dueAt };
    });
  }

  async get(id: string): Promise<ContentRecord | null> {
    return this.tables.content(id) ?? null;
  }

  async noteRead(id: string, read: ContentRead): Promise<void> {
    this.tables.db.run('UPDATE file_contents SET read = ? WHERE id = ?', JSON.stringify(read), id);
  }

  async due(limit: number): Promise<ContentRecord[]> {
    return this.tables.contents(
      'WHERE c.due_at IS NOT NULL AND c.due_at <= ? AND c.deleting = 0 ORDER BY c.due_at LIMIT ?',
      ...[Date.now(), limit],
    );
  }

  async beginRemoval(id: string, dueAt: number): Promise<boolean> {
    const { db } = this.tables;
    return db.transaction(() => {
      const content = this.tables.content(id);
      if (!content || content.deleting || content.dueAt !== dueAt) return false;
      if (db.get('SELECT 1 AS yes FROM file_rests WHERE until > ?', Date.now())) return false;
      const isLast = db.get('SELECT 1 AS yes FROM files WHERE content_id = ? LIMIT 1', id) === undefined;
      db.run('UPDATE file_contents SET deleting = ?, due_at = NULL WHERE id = ?', isLast ? 1 : 0, id);
      return isLast;
    });
  }

  async leaving(limit: number): Promise<ContentRecord[]> {
    return this.tables.contents('WHERE c.deleting = 1 ORDER BY c.id LIMIT ?', limit);
  }

  async endRemoval(id: string): Promise<void> {
    this.tables.db.run('DELETE FROM file_contents WHERE id = ? AND deleting = 1', id);
  }

  async rest(ms: number): Promise<void> {
    if (ms === 0) return void this.tables.db.run('DELETE FROM file_rests');
    const sql = 'INSERT INTO file_rests (id, until) VALUES (1, ?) ON CONFLICT DO UPDATE SET until = excluded.until';
    this.tables.db.run(sql, Date.now() + ms);
  }

  async all({ limit, cursor }: PageRequest): Promise<Page<ContentRecord>> {
    const [after] = cursor ? decodeCursor(cursor, ['string']) : [''];
    const contents = this.tables.contents('WHERE c.id > ? ORDER BY c.id LIMIT ?', after, limit + 1);
    return toPage(contents, limit, ({ id }) => [id]);
  }
}
