import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';

/**
 * What people wrote is in it: for its owner alone, whatever the folder and the umask allow. SQLite gives its log the mode of
 * the file. One that is there is never opened here: closing it would drop this process's locks on it (POSIX).
 */
export function keepPrivate(path: string): void {
  if (path === ':memory:') return;
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch {
    // It is there; or can't be made, and SQLite will say why.
    for (const file of [path, `${path}-wal`, `${path}-shm`]) makePrivate(file);
  }
}

function makePrivate(file: string): void {
  try {
    if (existsSync(file)) chmodSync(file, 0o600);
  } catch {
    // Somebody else's, who lets this user write to it.
  }
}
