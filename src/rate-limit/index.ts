export * from './counter/hit-counter.js';
export * from './leases/leases.js';
