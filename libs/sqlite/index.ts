export * from './sqlite-database.js';
