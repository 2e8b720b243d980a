import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from './config-error.js';

export type Env = Record<string, string | undefined>;

function readEnvFile(cwd: string): Env {
  try {
    // A byte order mark would become part of the first name.
    return parseEnv(readFileSync(join(cwd, '.env'), 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new ConfigError([{ name: '.env', message: `can't be read: ${(error as Error).message}` }]);
  }
}

const set = (env: Env) => Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== '');

/** `env` over the file `.env` in `cwd`. What is empty counts as not set, so it hides nothing. */
export function readEnv(env: Env, cwd: string): Record<string, string> {
  return Object.fromEntries([...set(readEnvFile(cwd)), ...set(env)]) as Record<string, string>;
}
