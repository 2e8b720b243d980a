// npm run users | backup | restore: the product's commands, from a fresh clone too.
import './node-version.mjs';
import { resolve } from 'node:path';
import { prepare } from './prepare.mjs';
import { run } from './run.mjs';

const [command, ...args] = process.argv.slice(2);
const isFile = command === 'backup' || command === 'restore';
// npm runs scripts in the package's folder; a file is meant as seen from where the command was typed.
const seen = (path) => (isFile ? resolve(process.env.INIT_CWD ?? process.cwd(), path) : path);

prepare();
run('src/cli.js', [command, ...args.map(seen)]);
