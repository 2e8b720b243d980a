export * from './content-records.js';
export * from './file-rows.js';
export * from './file-store.js';
export * from './file.js';
export * from './readings.js';
export * from './reservations.js';
export * as rules from './file-rules.js';
