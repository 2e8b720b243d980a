import { readFileSync } from 'node:fs';

/**
 * How many connections may wait until the process takes them: all that come back at once after a restart. Node's own 511
 * would leave the others to try again after a second, then three. The system may allow less: `longestBacklog`.
 */
export const BACKLOG = 4096;

/** What this system lets wait at most (net.core.somaxconn, in listen(2)). Nothing where it does not tell. */
export function longestBacklog(): number | undefined {
  try {
    return Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}
