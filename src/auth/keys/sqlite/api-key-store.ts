import { columnsOf, fromRow, insertInto, type Row, type SqlValue, valuesOf } from '../../../../libs/fields/index.js';
import { decodeCursor, type Page, type PageRequest, toPage } from '../../../../libs/paging/index.js';
import type { SqliteDatabase } from '../../../../libs/sqlite/index.js';
import { API_KEY_FIELDS, type ApiKey } from '../api-key.js';
import { ApiKeyStore, MAX_KEYS } from '../api-key-store.js';
import { notedBefore } from '../key-rules.js';
import { API_KEY_STEPS } from './key-schema.js';

/** Of `api_keys k`. */
export const KEY_COLUMNS = columnsOf(API_KEY_FIELDS, 'k');
export const toKey = fromRow<ApiKey>(API_KEY_FIELDS);
const INSERT = insertInto('api_keys', API_KEY_FIELDS);
const toValues = valuesOf<ApiKey>(API_KEY_FIELDS);

export class SqliteApiKeyStore extends ApiKeyStore {
  constructor(private readonly db: SqliteDatabase) {
    super();
    db.migrate('api-keys', API_KEY_STEPS);
  }

  async create(key: ApiKey): Promise<boolean> {
    this.db.requireSpace();
    return this.db.transaction(() => {
      if (this.find('WHERE k.id = ?', key.id)) return true;
      const { n } = this.db.get<{ n: number }>('SELECT count(*) AS n FROM api_keys WHERE user_id = ?', key.userId)!;
      if (n >= MAX_KEYS) return false;
      this.db.run(INSERT, ...toValues(key));
      return true;
    });
  }

  async findByHash(hash: string): Promise<ApiKey | null> {
    return this.find('WHERE k.hash = ?', hash);
  }

  async get(id: string): Promise<ApiKey | null> {
    return this.find('WHERE k.id = ?', id);
  }

  async listByUser(userId: string): Promise<ApiKey[]> {
    return this.all('WHERE k.user_id = ? ORDER BY k.id DESC', userId);
  }

  async list({ limit, cursor }: PageRequest): Promise<Page<ApiKey>> {
    const [before] = cursor ? decodeCursor(cursor, ['string']) : ['~'];
    const keys = this.all('WHERE k.id < ? ORDER BY k.id DESC LIMIT ?', before, limit + 1);
    return toPage(keys, limit, ({ id }) => [id]);
  }

  async rename(userId: string, id: string, name: string): Promise<ApiKey | null> {
    return this.db.transaction(() => {
      this.db.run('UPDATE api_keys SET name = ? WHERE id = ? AND user_id = ?', name, id, userId);
      return this.find('WHERE k.id = ? AND k.user_id = ?', id, userId);
    });
  }

  async noteUse(id: string, at: Date): Promise<boolean> {
    return this.db.transaction(() => {
      const key = this.find('WHERE k.id = ?', id);
      if (!key || (key.lastUsedAt && key.lastUsedAt > notedBefore(at))) return false;
      this.db.run('UPDATE api_keys SET last_used_at = ? WHERE id = ?', +at, id);
      return key.lastUsedAt === null;
    });
  }

  async remove(id: string, userId?: string): Promise<ApiKey | null> {
    return this.db.transaction(() => {
      const key = this.find('WHERE k.id = ?', id);
      if (!key || (userId !== undefined && key.userId !== userId)) return null;
      this.db.run('DELETE FROM api_keys WHERE id = ?', id);
      return key;
    });
  }

  async removeByUser(userId: string): Promise<string[]> {
    return this.db
      .all<{ id: string }>('DELETE FROM api_keys WHERE user_id = ? RETURNING id', userId)
      .map(({ id }) => id);
  }

  private all(sql: string, ...values: SqlValue[]): ApiKey[] {
    return this.db.all<Row>(`SELECT ${KEY_COLUMNS} FROM api_keys k ${sql}`, ...values).map(toKey);
  }

  private find(sql: string, ...values: SqlValue[]): ApiKey | null {
    const row = this.db.get<Row>(`SELECT ${KEY_COLUMNS} FROM api_keys k ${sql}`, ...values);
    return row ? toKey(row) : null;
  }
}
