export * from './model.js';
export * from './model-registry.js';
