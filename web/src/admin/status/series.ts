import type { Figures } from '../types.js';
import type { Sample } from './figures.js';
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

/** A line's value at one moment. */
export type Value = (sample: Sample) => number | null;

function valuesOf({ instances }: Sample, name: keyof Figures): number[] {
  return [...instances.values()].map((figures) => figures[name] ?? null).filter((value) => value !== null);
}

/** Over all instances; null where none has a value. */
export const sumOf =
  (name: keyof Figures): Value =>
  (sample) => {
    const values = valuesOf(sample, name);
    return values.length > 0 ? values.reduce((sum, one) => sum + one, 0) : null;
  };

/** The highest of all instances. Quantiles of several processes can't be put together: the worst of them can be told. */
export const highestOf =
  (name: keyof Figures): Value =>
  (sample) => {
    const values = valuesOf(sample, name);
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
      values: points.map(({ sample }) => sample && value(sample)),
    })),
  };
}

/** A line for each worker, as long as it was there. */
export function workerCurvesOf({ samples }: History, workers: Worker[], name: keyof Figures): Curves {
  const points = withGaps(samples);
  return {
    times: points.map(({ at }) => at / 1_000),
    lines: workers.map(({ id, name: title, colour, state }) => ({
      id,
      name: title,
      colour,
      isFaded: state === 'gone',
      values: points.map(({ sample }) => sample?.instances.get(id)?.[name] ?? null),
    })),
  };
}

/** What a table tells of an hour: the newest minutes one by one. */
const MINUTES = [0, 1, 2, 5, 10, 15, 20, 30, 40, 50, 60];
/** A value stands for moments that are no further away, in seconds. */
const NEAR = 30;

/** The rows of a table, as far back as the times go: for each, the place of the sample next to it; -1: none is near. */
export function rowsOf(times: number[]): { minutesAgo: number; index: number }[] {
  const last = times.at(-1);
  if (last === undefined) return [];
  const distance = (minutes: number) => (time: number) => Math.abs(last - minutes * 60 - time);
  return MINUTES.filter((minutes) => minutes * 60 <= last - times[0] + NEAR).map((minutesAgo) => {
    const distances = times.map(distance(minutesAgo));
    const least = Math.min(...distances);
    return { minutesAgo, index: least <= NEAR ? distances.indexOf(least) : -1 };
  });
}
