import { distance } from 'fastest-levenshtein';

/** How many changes make `b` of `a`. Two letters that have changed places are one, as the typing mistake that it is. */
function changes(a: string, b: string): number {
  const away = distance(a, b);
  return away === 2 && letters(a) === letters(b) ? 1 : away;
}

function letters(name: string): string {
  return [...name].sort().join('');
}

/** Of `names` the one that was most likely meant by `name`; undefined where none is near. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const meant = name.toUpperCase();
  const all = names.map((each) => ({ each, away: changes(meant, each) / Math.max(meant.length, each.length) }));
  const [first] = all.filter(({ away }) => away < 0.3).sort((a, b) => a.away - b.away);
  return first?.each;
}
