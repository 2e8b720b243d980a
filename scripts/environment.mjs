// What the product will be told: the environment over .env, as src/config reads it.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { root } from './workspace.mjs';

const file = join(root, '.env');

export const environment = { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env };

/** A path in which `~` is the home folder: as src/config/home.ts, for what runs without a build. */
export function fromHome(path) {
  return /^~($|\/)/.test(path) ? join(homedir(), path.slice(1)) : path;
}
