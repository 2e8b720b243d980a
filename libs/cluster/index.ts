export * from './signals.js';
export * from './instance-registry.js';
export * from './totals.js';
export * from './ledger.js';
export * from './roll-call.js';
