// Writes .env.example and the README's tables of variables from the schema. Runs on the built product.
import './node-version.mjs';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

prepare();
const { renderEnvExample, withTables } = await import(new URL('../dist/src/config/docs.js', import.meta.url).href);

const readme = join(root, 'README.md');
writeFileSync(join(root, '.env.example'), renderEnvExample());
writeFileSync(readme, withTables(readFileSync(readme, 'utf8')));
console.log('Wrote .env.example and the tables of README.md.');
