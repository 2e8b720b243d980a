import type { Instance, SilentInstance } from '../types.js';
import type { History } from './history.js';

/** An instance that was seen in the last ten minutes. */
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
export function workersOf({ samples, colours }: History): Worker[] {
  const known = new Map<string, SilentInstance>();
  for (const { status } of samples) {
    for (const instance of [...status.instances, ...status.silent]) known.set(instance.instance, instance);
  }
  const last = samples.at(-1)?.status;
  const pids = [...known.values()].map(({ pid }) => pid);
  return [...known.values()]
    .map(({ instance: id, pid, version, startedAt, draining }): Worker => {
      const now = last?.instances.find(({ instance }) => instance === id) ?? null;
      const isListed = now !== null || last?.silent.some(({ instance }) => instance === id);
      return {
        id,
        name: pids.filter((other) => other === pid).length > 1 ? `${pid}·${id.slice(0, 4)}` : String(pid),
        colour: colours.get(id) ?? 0,
        version,
        startedAt,
        state: !isListed ? 'gone' : draining ? 'drains' : now ? 'runs' : 'silent',
        now,
      };
    })
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt));
}
