export * from './mongo-collection.js';
export * from './mongo-database.js';
export { RetryableError, isDuplicate, isTooLarge } from './mongo-errors.js';
export { connectionOptions, driverOptions, type MongoOptions } from './mongo-options.js';
export { DatabaseLeasedError, describeLease, MongoLease } from './mongo-lease.js';
export { BulkWriteBatcher, FindBatcher, UpdateBatcher } from './command-batchers.js';
export { Partitions } from './partitions.js';
