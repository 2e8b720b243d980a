/** How many letters have to be put in, taken out, replaced or swapped with the next to make `b` of `a`. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

/** Of `names` the one that was most likely meant by `name`; undefined where none is near. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const meant = name.toUpperCase();
  const all = names.map((each) => ({ each, away: distance(meant, each) / Math.max(meant.length, each.length) }));
  const [first] = all.filter(({ away }) => away < 0.3).sort((a, b) => a.away - b.away);
  return first?.each;
}
