import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './config-error.js';

const LENGTH = 32;

/** 48 random bytes in base64url: 64 characters. */
export function makeSecret(): string {
  return randomBytes(48).toString('base64url');
}

/**
 * The secret that is kept in `dataDir`, made with the first call: mode 600, whole or not there at all. Of several
 * processes that make it at once one wins, and all get its secret. Throws ConfigError where the folder or file is of no
 * use.
 */
export function keptSecret(dataDir: string): string {
  const path = join(dataDir, 'jwt-secret');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const secret = read(path) ?? create(path);
    if (secret.length >= LENGTH) return secret;
  } catch (error) {
    throw new ConfigError([
      { name: 'DATA_DIR', value: dataDir, message: `can't be used: ${(error as Error).message}` },
    ]);
  }
  const message = `is not set, and ${path} is damaged: delete that file to have a new one made (all log in again)`;
  throw new ConfigError([{ name: 'JWT_SECRET', message }]);
}

function read(path: string): string | undefined {
  try {
    const secret = readFileSync(path, 'utf8').trim();
    chmodSync(path, 0o600);
    return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function create(path: string): string {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, `${makeSecret()}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    // A link appears whole, and only where there is none yet: who comes second reads the first one's.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  return read(path) ?? '';
}
