export * from './documents.js';
export * from './fields.js';
export * from './rows.js';
