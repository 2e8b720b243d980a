import type { StoredFile } from '../file.js';
import { RESERVATION_LIFE_MS, Reservations, type UploadLimits } from '../reservations.js';
import type { FileTables } from './file-tables.js';

interface Standing {
  count: number;
  bytes: number;
}

export class SqliteReservations extends Reservations {
  constructor(private readonly tables: FileTables) {
    super();
  }

  async reserve(
    userId: string,
    id: string,
    bytes: number,
    { quota, atOnce }: UploadLimits,
  ): Promise<'reserved' | 'quota' | 'at_once'> {
    const { db } = this.tables;
    db.requireSpace();
    return db.transaction(() => {
      const now = Date.now();
      db.run('DELETE FROM file_reservations WHERE user_id = ? AND touched_at <= ?', userId, now - RESERVATION_LIFE_MS);
      if (this.reserved(userId, id)) return 'reserved';
      const others = this.others(userId, id);
      if (others.count >= atOnce) return 'at_once';
      if (this.used(userId) + others.bytes + bytes > quota) return 'quota';
      db.run(
        'INSERT INTO file_reservations (user_id, id, bytes, touched_at) VALUES (?, ?, ?, ?)',
        userId,
        id,
        bytes,
        now,
      );
      return 'reserved';
    });
  }

  async renew(userId: string, id: string): Promise<void> {
    const now = Date.now();
    this.tables.db.run(
      'UPDATE file_reservations SET touched_at = ? WHERE user_id = ? AND id = ? AND touched_at > ?',
      ...[now, userId, id, now - RESERVATION_LIFE_MS],
    );
  }

  async release(userId: string, id: string): Promise<void> {
    this.tables.db.run('DELETE FROM file_reservations WHERE user_id = ? AND id = ?', userId, id);
  }

  async insert(file: StoredFile, quota: number): Promise<'inserted' | 'quota' | 'no_content'> {
    const { db } = this.tables;
    return db.transaction(() => {
      if (this.tables.file(file.id)) return 'inserted';
      const content = this.tables.content(file.contentId);
      if (!content || content.deleting) return 'no_content';
      if (!this.fits(file, quota)) return 'quota';
      this.tables.insert(file);
      db.run('UPDATE file_contents SET due_at = NULL WHERE id = ?', file.contentId);
      db.run('DELETE FROM file_reservations WHERE user_id = ? AND id = ?', file.userId, file.id);
      return 'inserted';
    });
  }

  async usedBytes(userId: string): Promise<number> {
    return this.used(userId);
  }

  async forget(userId: string): Promise<void> {
    this.tables.db.run('DELETE FROM file_reservations WHERE user_id = ?', userId);
  }

  private fits({ userId, id, size }: StoredFile, quota: number): boolean {
    const reserved = this.reserved(userId, id);
    if (reserved !== undefined && size <= reserved) return true;
    return this.used(userId) + this.others(userId, id).bytes + size <= quota;
  }

  /** Bytes that are reserved for it. */
  private reserved(userId: string, id: string): number | undefined {
    const sql = 'SELECT bytes FROM file_reservations WHERE user_id = ? AND id = ? AND touched_at > ?';
    return this.tables.db.get<{ bytes: number }>(sql, userId, id, Date.now() - RESERVATION_LIFE_MS)?.bytes;
  }

  private others(userId: string, id: string): Standing {
    const sql = `SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes FROM file_reservations
      WHERE user_id = ? AND id <> ? AND touched_at > ?`;
    return this.tables.db.get<Standing>(sql, userId, id, Date.now() - RESERVATION_LIFE_MS)!;
  }

  private used(userId: string): number {
    const sql = 'SELECT coalesce(sum(size), 0) AS bytes FROM files INDEXED BY files_of_user WHERE user_id = ?';
    return this.tables.db.get<{ bytes: number }>(sql, userId)!.bytes;
  }
}
