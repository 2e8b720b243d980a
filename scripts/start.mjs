// npm start: from a fresh clone to a running server, with nothing but Node.
import './node-version.mjs';
import { prepare } from './prepare.mjs';
import { run } from './run.mjs';

prepare();
run('src/main.js', process.argv.slice(2));
