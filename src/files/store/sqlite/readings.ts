import type { ContentRead, FileFailure, StoredFile } from '../file.js';
import { claim, end, fail, letGo, touch } from '../file-rules.js';
import { type ReadingClaim, Readings } from '../readings.js';
import type { FileTables } from './file-tables.js';

export class SqliteReadings extends Readings {
  constructor(private readonly tables: FileTables) {
    super();
  }

  async claim(id: string, reader: string, staleMs: number): Promise<ReadingClaim> {
    return this.tables.apply(id, (file) => claim(file, reader, staleMs, Date.now()));
  }

  async touch(id: string, reader: string): Promise<boolean> {
    return this.tables.apply(id, (file) => touch(file, reader, Date.now()));
  }

  async letGo(id: string, reader: string, killed: boolean): Promise<void> {
    this.tables.apply(id, (file) => letGo(file, reader, killed, Date.now()));
  }

  async end(id: string, reader: string, read: ContentRead): Promise<StoredFile | null> {
    return this.tables.apply(id, (file) => end(file, reader, read));
  }

  async fail(id: string, reader: string, failure: FileFailure): Promise<StoredFile | null> {
    return this.tables.apply(id, (file) => fail(file, reader, failure));
  }

  async unread(staleMs: number, limit: number): Promise<StoredFile[]> {
    return this.tables.files(
      `WHERE f.state = 'processing' AND f.deleting = 0 AND (f.reader IS NULL OR max(0, ? - f.touched_at) >= ?)
       ORDER BY f.id LIMIT ?`,
      ...[Date.now(), staleMs, limit],
    );
  }

  async waiting(): Promise<number> {
    const sql = "SELECT count(*) AS n FROM files WHERE state = 'processing' AND deleting = 0";
    return this.tables.db.get<{ n: number }>(sql)!.n;
  }
}
