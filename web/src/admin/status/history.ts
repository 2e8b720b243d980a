import type { Past, SilentInstance, Status } from '../types.js';
import { figuresOf, type Sample } from './figures.js';
import { samplesOf } from './past.js';

export const WINDOW_MS = 3_600_000;
/** Between two looks at the server. */
export const POLL_MS = 2_000;
/** What the server notes is this far apart. */
const STEP_MS = 15_000;
/** With nothing known for this long, a curve would tell of what nobody saw. */
const GAP_MS = 2 * STEP_MS;

/** An instance of which there is something to be seen. */
export interface Known extends SilentInstance {
  /** Its colour, by its number: nobody changes it while the instance can be seen. */
  colour: number;
}

/** What is known of the last hour: what the server noted, and since then what was seen here. */
export interface History {
  /** Oldest first; the newest is of `last`. */
  samples: readonly Sample[];
  last: { at: number; status: Status } | null;
  known: ReadonlyMap<string, Known>;
  /** How asking the server for the hour went, and when that was. Null: not asked yet. */
  past: { at: number; failed: boolean; silent: number } | null;
}

export const EMPTY: History = { samples: [], last: null, known: new Map(), past: null };

/** Whether to ask for the hour: at first, after a while without a look, and some time after that failed. */
export function wantsPast({ last, past }: History, at: number): boolean {
  if (!past || (last && at - last.at > GAP_MS)) return true;
  return past.failed && at - past.at >= STEP_MS;
}

/** The history with one more look at the server, and without what has become too old. */
export function withStatus({ samples, known, past }: History, status: Status, at: number): History {
  const sample: Sample = {
    at,
    waiting: status.queue && status.queue.waiting,
    instances: new Map(status.instances.map((instance) => [instance.instance, figuresOf(instance)])),
  };
  // A clock that was set back makes nonsense of what lies ahead of it.
  const kept = [...samples.filter((one) => one.at < at && one.at >= at - WINDOW_MS), sample];
  const listed = [...status.instances, ...status.silent];
  const seen = new Set([...kept.flatMap(({ instances }) => [...instances.keys()]), ...listed.map(idOf)]);
  const still = new Map([...known].filter(([id]) => seen.has(id)));
  return { samples: kept, last: { at, status }, known: withKnown(still, listed), past };
}

/** The history with what the server noted, wherever nobody looked; null: it did not tell. */
export function withPast(history: History, told: Past | null, at: number): History {
  if (!told) return { ...history, past: { at, failed: true, silent: 0 } };
  const isNew = ({ at: then }: Sample) => history.samples.every((own) => Math.abs(own.at - then) >= STEP_MS / 2);
  const samples = [...history.samples, ...samplesOf(told, at).filter(isNew)].sort((a, b) => a.at - b.at);
  const missing = told.instances.filter(({ instance }) => !history.known.has(instance));
  const silent = told.silent.filter(({ draining }) => !draining).length;
  return { ...history, samples, known: withKnown(history.known, missing), past: { at, failed: false, silent } };
}

const idOf = ({ instance }: SilentInstance): string => instance;

function withKnown(known: ReadonlyMap<string, Known>, instances: SilentInstance[]): Map<string, Known> {
  const all = new Map(known);
  for (const { instance, pid, version, startedAt, draining } of instances) {
    const colour = all.get(instance)?.colour ?? lowestFree(all);
    all.set(instance, { instance, pid, version, startedAt, draining, colour });
  }
  return all;
}

function lowestFree(known: ReadonlyMap<string, Known>): number {
  const numbers = new Set([...known.values()].map(({ colour }) => colour));
  let free = 0;
  while (numbers.has(free)) free++;
  return free;
}

/** The samples in a row, with a null where nothing was known for a while, at a time of its own. */
export function withGaps(samples: readonly Sample[]): { at: number; sample: Sample | null }[] {
  return samples.flatMap((sample, i) => {
    const before = samples[i - 1];
    const point = { at: sample.at, sample };
    return !before || sample.at - before.at <= GAP_MS ? [point] : [{ at: before.at + POLL_MS, sample: null }, point];
  });
}
