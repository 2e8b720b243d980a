export * from './family.js';
export * from './metrics.js';
export * from './recent.js';
export * from './rate.js';
export * from './process-figures.js';
export * from './cluster-metrics.js';
export { CONTENT_TYPE } from './exposition.js';
export * from './history.js';
