export * from './clock.js';
export * from './every.js';
export * from './failure-log.js';
export * from './pace.js';
export * from './retry.js';
export * from './turns.js';
export * from './within.js';
