import type { Conversation } from '../api/types.js';

export type Group = 'today' | 'yesterday' | 'week' | 'month' | { year: number; month: number };

const DAY = 86_400_000;

/** Under which heading a conversation stands. What is from the future, by a clock that is wrong, is of today. */
export function groupOf({ updatedAt }: Pick<Conversation, 'updatedAt'>, now: number): Group {
  const date = new Date(updatedAt);
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const time = date.getTime();
  if (time >= midnight) return 'today';
  // Days are 23 or 25 hours long where clocks change.
  if (time >= new Date(midnight - DAY / 2).setHours(0, 0, 0, 0)) return 'yesterday';
  if (time >= midnight - 7 * DAY) return 'week';
  if (time >= midnight - 30 * DAY) return 'month';
  return { year: date.getFullYear(), month: date.getMonth() };
}

export function isSameGroup(a: Group | undefined, b: Group): boolean {
  if (typeof a === 'object' && typeof b === 'object') return a.year === b.year && a.month === b.month;
  return a === b;
}
