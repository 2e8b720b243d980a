import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { trimmed, unquoted } from './clean.js';
import { ConfigError } from './config-error.js';

export type Env = Record<string, string | undefined>;

/** What curl and most systems read in small letters, and this product in capitals. */
export const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

/** Their bytes sign what people already hold: they are taken as they came, as every build before took them. */
const AS_GIVEN = ['JWT_SECRET', 'JWT_SECRET_PREVIOUS'];

function readEnvFile(cwd: string): Env {
  try {
    // A byte order mark would become part of the first name.
    return parseEnv(readFileSync(join(cwd, '.env'), 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new ConfigError([{ name: '.env', message: `can't be read: ${(error as Error).message}` }]);
  }
}

function set(env: Env, clean: (text: string) => string): Array<[string, string]> {
  return Object.entries(env)
    .map(([name, value = '']): [string, string] => [name, AS_GIVEN.includes(name) ? value : clean(value)])
    .filter(([, value]) => trimmed(value) !== '');
}

/** Whether this product can go through it: what a system sets for all its programs may be a SOCKS proxy. */
export function isUsableProxy(name: string, value: string): boolean {
  return name.toUpperCase() === 'NO_PROXY' || /^(https?:\/\/|[^/]+$)/i.test(value);
}

/** The documented name wins where both are set. */
function withProxies(env: Record<string, string>): Record<string, string> {
  const found = PROXIES.filter((name) => {
    const inherited = env[name.toLowerCase()];
    return !env[name] && inherited && isUsableProxy(name, inherited);
  });
  return { ...env, ...Object.fromEntries(found.map((name) => [name, env[name.toLowerCase()]])) };
}

/**
 * `env` over the file `.env` in `cwd`. Values come without blanks of any kind at their ends, those of `env` also without
 * quotes around them. What is empty counts as not set, so it hides nothing.
 */
export function readEnv(env: Env, cwd: string): Record<string, string> {
  // `parseEnv` has taken the quotes off already: what stands there now was meant.
  const entries = [...set(readEnvFile(cwd), trimmed), ...set(env, unquoted)];
  return withProxies(Object.fromEntries(entries));
}
