import type { Status } from '../types.js';

export const WINDOW_MS = 600_000;
/** Between two looks at the server. */
export const POLL_MS = 2_000;
/** With nothing seen for this long, a curve would tell of what nobody knows. */
const GAP_MS = 4 * POLL_MS;

export interface Sample {
  /** By this machine's clock: it orders the samples, and only their distance is shown. */
  at: number;
  status: Status;
}

/** What was seen in the last ten minutes. */
export interface History {
  /** Oldest first. */
  samples: readonly Sample[];
  /** The colour of each instance in them, by its number: nobody changes it while it can be seen. */
  colours: ReadonlyMap<string, number>;
}

export const EMPTY: History = { samples: [], colours: new Map() };

function idsIn({ instances, silent }: Status): string[] {
  return [...instances, ...silent].map(({ instance }) => instance);
}

/** The history with one more sample, and without what has become too old. */
export function withSample({ samples, colours }: History, status: Status, at: number): History {
  // A clock that was set back makes nonsense of what lies ahead of it.
  const kept = [...samples.filter((sample) => sample.at < at && sample.at >= at - WINDOW_MS), { at, status }];
  const ids = new Set(kept.flatMap((sample) => idsIn(sample.status)));
  const next = new Map([...colours].filter(([id]) => ids.has(id)));
  for (const id of ids) if (!next.has(id)) next.set(id, lowestFree(next));
  return { samples: kept, colours: next };
}

function lowestFree(taken: ReadonlyMap<string, number>): number {
  const numbers = new Set(taken.values());
  let free = 0;
  while (numbers.has(free)) free++;
  return free;
}

/** The samples in a row, with a null where nobody looked for a while, at a time of its own. */
export function withGaps(samples: readonly Sample[]): { at: number; status: Status | null }[] {
  return samples.flatMap((sample, i) => {
    const before = samples[i - 1];
    if (!before || sample.at - before.at <= GAP_MS) return [sample];
    return [{ at: before.at + POLL_MS, status: null }, sample];
  });
}
