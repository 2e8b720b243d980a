// npm run build:web, and the second half of `npm run build`: the web client, whether or not it is out of date.
import './node-version.mjs';
import { buildWeb, publishWeb } from './web.mjs';
import { runNode } from './prepare.mjs';

buildWeb(runNode);
publishWeb();
