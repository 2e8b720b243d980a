// npm run users | backup | restore | migrate: the product's commands, from a fresh clone too.
import './node-version.mjs';
import { resolve } from 'node:path';
import { prepare } from './prepare.mjs';
import { run } from './run.mjs';

const [command, ...args] = process.argv.slice(2);
const isFile = command === 'backup' || command === 'restore';
// npm runs scripts in the package's folder; a file is meant as seen from where the command was typed.
const from = process.env.INIT_CWD ?? process.cwd();
const source = /^((?:--from=)?sqlite:)(.+)$/s;
const seen = (arg) => {
  if (isFile) return resolve(from, arg);
  return command === 'migrate' ? arg.replace(source, (_, prefix, path) => prefix + resolve(from, path)) : arg;
};

prepare();
run('src/cli.js', [command, ...args.map(seen)]);
