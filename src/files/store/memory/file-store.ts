import type { FileStore } from '../file-store.js';
import { MemoryContentRecords } from './content-records.js';
import { FileMemory } from './file-memory.js';
import { MemoryFileRows } from './file-rows.js';
import { MemoryReadings } from './readings.js';
import { MemoryReservations } from './reservations.js';

export function memoryFileStore(): FileStore {
  const memory = new FileMemory();
  return {
    files: new MemoryFileRows(memory),
    readings: new MemoryReadings(memory),
    reservations: new MemoryReservations(memory),
    contents: new MemoryContentRecords(memory),
  };
}
