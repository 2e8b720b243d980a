import type { Instance } from '../types.js';
import type { History } from './history.js';

/** An instance that was seen in the last hour. */
export interface Worker {
  id: string;
  /** Its process id, with something more where two hosts have the same. */
  name: string;
  colour: number;
  version: string;
  startedAt: string;
  state: 'runs' | 'drains' | 'silent' | 'gone';
  /** As it is now; null where it did not answer, or is gone. */
  now: Instance | null;
}

/** All instances of a history, the oldest first. */
export function workersOf({ last, known }: History): Worker[] {
  const pids = [...known.values()].map(({ pid }) => pid);
  return [...known.values()]
    .map(({ instance: id, pid, version, startedAt, draining, colour }): Worker => {
      const now = last?.status.instances.find(({ instance }) => instance === id) ?? null;
      const isListed = now !== null || last?.status.silent.some(({ instance }) => instance === id);
      return {
        id,
        name: pids.filter((other) => other === pid).length > 1 ? `${pid}·${id.slice(0, 4)}` : String(pid),
        colour,
        version,
        startedAt,
        state: !isListed ? 'gone' : draining ? 'drains' : now ? 'runs' : 'silent',
        now,
      };
    })
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt));
}
