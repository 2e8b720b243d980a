export * from './passages.js';
export * from './snippet.js';
export * from './tokenizer.js';
export * from './well-formed.js';
