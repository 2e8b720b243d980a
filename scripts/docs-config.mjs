// Writes .env.example and the tables of docs/configuration.md from the schema. Runs on the built product.
import './node-version.mjs';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

prepare();
const { renderEnvExample, withTables } = await import(new URL('../dist/src/config/docs.js', import.meta.url).href);

const page = join(root, 'docs/configuration.md');
writeFileSync(join(root, '.env.example'), renderEnvExample());
writeFileSync(page, withTables(readFileSync(page, 'utf8')));
console.log('Wrote .env.example and the tables of docs/configuration.md.');
