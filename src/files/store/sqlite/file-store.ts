import type { SqliteDatabase } from '../../../../libs/sqlite/index.js';
import type { FileStore } from '../file-store.js';
import { SqliteContentRecords } from './content-records.js';
import { SqliteFileRows } from './file-rows.js';
import { FileTables } from './file-tables.js';
import { SqliteReadings } from './readings.js';
import { SqliteReservations } from './reservations.js';

export function sqliteFileStore(db: SqliteDatabase): FileStore {
  const tables = new FileTables(db);
  return {
    files: new SqliteFileRows(tables),
    readings: new SqliteReadings(tables),
    reservations: new SqliteReservations(tables),
    contents: new SqliteContentRecords(tables),
  };
}
