export * from './pace.js';
export * from './turns.js';
