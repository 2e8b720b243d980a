export * from './hit-counter.js';
export * from './leases.js';
