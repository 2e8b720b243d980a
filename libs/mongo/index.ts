export * from './mongo-collection.js';
export * from './mongo-database.js';
export { Away, isDuplicate, isTooLarge } from './mongo-errors.js';
export { driverOptions, type MongoOptions } from './mongo-options.js';
export { DatabaseLeasedError, describeLease, MongoLease } from './mongo-lease.js';
export { BatchesTogether, ChangesTogether, ReadsTogether } from './commands-together.js';
