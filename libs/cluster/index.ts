export * from './signals/signals.js';
export * from './instances/instance-registry.js';
export * from './totals/totals.js';
export * from './totals/totals-reporter.js';
export * from './instance-poll.js';
