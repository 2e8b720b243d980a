/**
 * What an instance has counted since its start: of each series, by its name, a list of numbers that only grow. Whole ones,
 * at most 2^53 - 1, so that sums are the same in whatever order they are made: a total must not fall by a rounding error.
 */
export type Figures = Map<string, number[]>;

/**
 * Keeps for all instances what they have counted, so that the sum over all never falls: not when one is killed, and not
 * when it stops. An instance hands in all its figures each time; the last ones count.
 *
 * - Of instances that are gone only the sum is kept. They are folded into it by `putLast`, or after an hour of silence:
 *   once, however many ask at once.
 * - Each method is atomic over all instances. Rejects with `dependency_down` where the backend does not answer.
 */
export abstract class Totals {
  /**
   * Keeps an instance's figures in place of its former ones. Those of a lower `seq` than is kept change nothing: they were
   * late. False: the instance was folded, and nothing is kept under this name any more.
   */
  abstract put(instance: string, seq: number, figures: Figures): Promise<boolean>;

  /** The same, and folds: the instance is about to go. False: it was folded before. */
  abstract putLast(instance: string, seq: number, figures: Figures): Promise<boolean>;

  /** The sum over all instances that ever were, number by number. */
  abstract sum(): Promise<Figures>;

  /** Any number of times. Forgets nothing that a backend keeps. */
  abstract close(): Promise<void>;
}

/** Who handed in nothing for so long is taken for gone: an hour. */
export const SILENCE_MS = 3_600_000;

/** Adds figures to others, in place. */
export function addFigures(to: Figures, more: Figures): void {
  for (const [series, numbers] of more) {
    const sums = to.get(series);
    if (!sums) to.set(series, [...numbers]);
    else numbers.forEach((n, i) => (sums[i] = (sums[i] ?? 0) + n));
  }
}
