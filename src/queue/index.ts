export * from './queue.js';
export * from './queue-board.js';
