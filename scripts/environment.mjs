// What the product will be told: the environment over .env, cleaned as src/config/env-file.ts does it. Plain Node: it is read
// before there is a build.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { root } from './workspace.mjs';

const EDGES = /^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu;

const trimmed = (text) => text.replace(EDGES, '');
const unquoted = (text) => trimmed(/^(["'])(.*)\1$/s.exec(trimmed(text))?.[2] ?? text);

/** What is empty counts as not set, so it hides nothing. */
function set(env, clean) {
  return Object.entries(env)
    .map(([name, value = '']) => [name, clean(value)])
    .filter(([, value]) => value !== '');
}

/** `env` over the file `.env` in `cwd`. */
export function readEnvironment(env, cwd) {
  const file = join(cwd, '.env');
  const text = existsSync(file) ? readFileSync(file, 'utf8').replace(/^\uFEFF/, '') : '';
  return Object.fromEntries([...set(parseEnv(text), trimmed), ...set(env, unquoted)]);
}

export const environment = readEnvironment(process.env, root);

/** A path in which `~` is the home folder: as src/config/home.ts. */
export function fromHome(path) {
  return /^~($|\/)/.test(path) ? join(homedir(), path.slice(1)) : path;
}
