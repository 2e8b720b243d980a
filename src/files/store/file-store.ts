import type { ContentRecords } from './content-records.js';
import type { FileRows } from './file-rows.js';
import type { Readings } from './readings.js';
import type { Reservations } from './reservations.js';

/** What a backend of this feature gives: its four ports over one state. Each of them is a port of its own for those who use it. */
export abstract class FileStore {
  abstract readonly files: FileRows;
  abstract readonly readings: Readings;
  abstract readonly reservations: Reservations;
  abstract readonly contents: ContentRecords;
}
