import { homedir } from 'node:os';
import { join } from 'node:path';

/** A path in which `~` is the home folder, as in a shell: no shell reads `.env`, or the environment of a service. */
export function fromHome(path: string): string {
  return /^~($|\/)/.test(path) ? join(homedir(), path.slice(1)) : path;
}
