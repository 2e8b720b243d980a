import { columnsOf, fromDocument, fromRow, type Row } from '../../../libs/fields/index.js';
import { SqliteDatabase } from '../../../libs/sqlite/index.js';
import { databaseFile } from '../../clients/open-database.js';
import type { Config } from '../../config/config.js';
import { CONTENT_FIELDS, type ContentRecord } from '../../files/store/index.js';
import { exists } from '../backup/backup.js';
import { UpkeepDatabases } from '../upkeep/upkeep-databases.js';

const AT_A_TIME = 100;

const toContent = fromRow<ContentRecord>(CONTENT_FIELDS);
const docToContent = fromDocument<ContentRecord>(CONTENT_FIELDS);

/** What the rows tell of contents. Nothing is written, nor brought up to date. */
export interface KnownContents {
  /** Those of these ids that there is a record of, also on their way out. */
  known(ids: string[]): Promise<Set<string>>;
  /** The next ones, by id, that a file has. */
  inUse(after: string): Promise<ContentRecord[]>;
  close(): Promise<void>;
}

/** Null: there are no rows of files, because there is no database, or one of a build before 0.2. */
export async function knownContents(config: Config): Promise<KnownContents | null> {
  if (config.STORE === 'mongo') return inMongo(await UpkeepDatabases.open(config));
  const file = databaseFile(config.DATA_DIR);
  if (config.STORE === 'memory' || !(await exists(file))) return null;
  const db = new SqliteDatabase(file, { readOnly: true });
  if (db.get("SELECT 1 AS seen FROM sqlite_schema WHERE type = 'table' AND name = 'file_contents'"))
    return inSqlite(db);
  db.close();
  return null;
}

function inSqlite(db: SqliteDatabase): KnownContents {
  const columns = columnsOf(CONTENT_FIELDS, 'c');
  const inUse = `SELECT ${columns} FROM file_contents c WHERE c.id > ? AND c.deleting = 0
    AND EXISTS (SELECT 1 FROM files f WHERE f.content_id = c.id AND f.deleting = 0) ORDER BY c.id LIMIT ?`;
  const known = 'SELECT id FROM file_contents WHERE id IN (SELECT value FROM json_each(?))';
  return {
    known: async (ids) => new Set(db.all<{ id: string }>(known, JSON.stringify(ids)).map(({ id }) => id)),
    inUse: async (after) => db.all<Row>(inUse, after, AT_A_TIME).map(toContent),
    close: async () => db.close(),
  };
}

function inMongo(databases: UpkeepDatabases): KnownContents {
  const { files, contents } = databases.files;
  return {
    known: async (ids) => {
      const found = await contents.run((all) => all.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray());
      return new Set(found.map(({ _id }) => _id));
    },
    inUse: async (after) => {
      for (let from = after; ;) {
        const docs = await contents.run((all) =>
          all
            .find({ _id: { $gt: from }, deleting: false })
            .sort({ _id: 1 })
            .limit(AT_A_TIME)
            .toArray(),
        );
        const ids = docs.map(({ _id }) => _id);
        const had = await files.run((all) =>
          all.find({ contentId: { $in: ids }, deleting: false }, { projection: { contentId: 1 } }).toArray(),
        );
        const used = new Set(had.map(({ contentId }) => contentId));
        const found = docs.filter(({ _id }) => used.has(_id)).map(docToContent);
        if (found.length > 0 || docs.length === 0) return found;
        from = ids.at(-1)!;
      }
    },
    close: () => databases.close(),
  };
}
