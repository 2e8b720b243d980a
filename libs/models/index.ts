export * from './model.js';
export * from './model-registry.js';
export { isPassedOn } from './passing-on.js';
