import type { Figures, Past, PastInstance } from '../types.js';
import type { Sample } from './figures.js';

/** What the server noted, as if it had been seen here; `at`: when that was told, by this machine's clock. */
export function samplesOf({ stepSeconds, queue, instances }: Past, at: number): Sample[] {
  const lists = [queue.waiting, ...instances.flatMap(({ figures }) => Object.values(figures))];
  const steps = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: steps }, (_, k): Sample => {
    const known = instances.map((one) => [one.instance, figuresAt(one, k)] as const);
    return {
      at: at - k * stepSeconds * 1_000,
      waiting: queue.waiting[k] ?? null,
      instances: new Map(known.filter((entry): entry is readonly [string, Figures] => entry[1] !== null)),
    };
  });
}

/** Null where it did not run yet, or noted nothing. */
function figuresAt({ figures }: PastInstance, k: number): Figures | null {
  const entries = Object.entries(figures).map(([name, list]) => [name, list[k] ?? null] as const);
  return entries.some(([, value]) => value !== null) ? (Object.fromEntries(entries) as unknown as Figures) : null;
}
