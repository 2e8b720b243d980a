export * from './signals.js';
export * from './instance-registry.js';
