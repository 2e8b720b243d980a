export * from './s3-bucket.js';
