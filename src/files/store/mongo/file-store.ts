import type { MongoDatabase } from '../../../../libs/mongo/index.js';
import type { FileStore } from '../file-store.js';
import { MongoContentRecords } from './content-records.js';
import { FileCollections } from './file-collections.js';
import { MongoFileRows } from './file-rows.js';
import { MongoReadings } from './readings.js';
import { MongoReservations } from './reservations.js';

export function mongoFileStore(database: MongoDatabase): FileStore {
  const collections = new FileCollections(database);
  return {
    files: new MongoFileRows(collections),
    readings: new MongoReadings(collections),
    reservations: new MongoReservations(collections),
    contents: new MongoContentRecords(collections),
  };
}
