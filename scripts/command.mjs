// npm run users | backup | restore | migrate | indexes | archive | doctor: the product's commands, from a fresh clone too.
import './node-version.mjs';
import { resolve } from 'node:path';
import { prepareOnce } from './prepare.mjs';
import { run } from './run.mjs';

const [command, ...args] = process.argv.slice(2);
const takesFile = ['backup', 'restore', 'archive'].includes(command);
// npm runs scripts in the package's folder; a file is meant as seen from where the command was typed.
const from = process.env.INIT_CWD ?? process.cwd();
const source = /^((?:--from=)?sqlite:)(.+)$/s;
const seen = (arg) => {
  // Neither an option nor its number.
  if (takesFile) return /^(-|\d+$)/.test(arg) ? arg : resolve(from, arg);
  return command === 'migrate' ? arg.replace(source, (_, prefix, path) => prefix + resolve(from, path)) : arg;
};

prepareOnce();
run('src/cli.js', [command, ...args.map(seen)]);
