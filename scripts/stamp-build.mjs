// The last part of `npm run build`, so that `npm start` does not build the same again.
import { stampBuild } from './prepare.mjs';

stampBuild();
