import type { Instance, Status } from '../types.js';
import { type History, withGaps } from './history.js';
import type { Worker } from './workers.js';

/** One curve: a value for each time, null where there is none. */
export interface Line {
  id: string;
  name: string;
  colour: number;
  isFaded?: boolean;
  values: (number | null)[];
}

/** What one chart draws. */
export interface Curves {
  /** Seconds, ascending. */
  times: number[];
  lines: Line[];
}

/** A line's value in one status. */
export type Value = (status: Status) => number | null;
export type InstanceValue = (instance: Instance) => number | null;

/** Over all instances; null where none has a value. */
export const sumOf =
  (value: InstanceValue): Value =>
  ({ instances }) => {
    const values = instances.map(value).filter((one) => one !== null);
    return values.length > 0 ? values.reduce((sum, one) => sum + one, 0) : null;
  };

/** The highest of all instances. Quantiles of several processes can't be put together: the worst of them can be told. */
export const highestOf =
  (value: InstanceValue): Value =>
  ({ instances }) => {
    const values = instances.map(value).filter((one) => one !== null);
    return values.length > 0 ? Math.max(...values) : null;
  };

/** Lines that stand for the whole. */
export function curvesOf({ samples }: History, lines: { name: string; value: Value }[]): Curves {
  const points = withGaps(samples);
  return {
    times: points.map(({ at }) => at / 1_000),
    lines: lines.map(({ name, value }, colour) => ({
      id: name,
      name,
      colour,
      values: points.map(({ status }) => status && value(status)),
    })),
  };
}

/** A line for each worker, as long as it was there. */
export function workerCurvesOf({ samples }: History, workers: Worker[], value: InstanceValue): Curves {
  const points = withGaps(samples);
  const found = points.map(({ status }) => new Map(status?.instances.map((one) => [one.instance, one])));
  return {
    times: points.map(({ at }) => at / 1_000),
    lines: workers.map(({ id, name, colour, state }) => ({
      id,
      name,
      colour,
      isFaded: state === 'gone',
      values: found.map((instances) => {
        const instance = instances.get(id);
        return instance ? value(instance) : null;
      }),
    })),
  };
}

/** For the last sample and each full minute before it: the place of the newest sample of that minute. Newest first. */
export function minutesOf(times: number[]): { minutesAgo: number; index: number }[] {
  const last = times.at(-1);
  if (last === undefined) return [];
  const found = new Map<number, number>();
  times.forEach((time, index) => found.set(Math.ceil((last - time) / 60), index));
  return [...found].map(([minutesAgo, index]) => ({ minutesAgo, index })).sort((a, b) => a.minutesAgo - b.minutesAgo);
}
