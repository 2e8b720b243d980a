// A run that was kept, to compare with. Ratios to the ground truths only: figures of another machine, or of a busier
// hour, can't be compared.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Smaller changes are the machine's mood. */
const NOTABLE = 0.15;

const ratiosOf = (sections) =>
  Object.fromEntries(
    sections.flatMap(({ scenario, backend, figures }) =>
      figures
        .filter(({ ratio }) => ratio != null)
        .map(({ id, ratio, better }) => [`${backend}/${scenario}/${id}`, { ratio, better }]),
    ),
  );

/** What this run did not measure stays as it was. */
export function saveBaseline(file, { machine, sections }) {
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).ratios : {};
  const { commit, date, engines } = machine;
  const ratios = { ...before, ...ratiosOf(sections) };
  const sorted = Object.fromEntries(Object.entries(ratios).sort(([a], [b]) => a.localeCompare(b)));
  writeFileSync(file, `${JSON.stringify({ commit, date, engines, ratios: sorted }, null, 2)}\n`);
}

/** `[{ figure, before, now, change }]` of what both have, `change` above 0 where it became worse; notable ones only. */
export function compare(file, sections) {
  if (!existsSync(file)) return { found: false, compared: 0, changes: [] };
  const { commit, date, ratios } = JSON.parse(readFileSync(file, 'utf8'));
  const pairs = Object.entries(ratiosOf(sections)).filter(([figure]) => ratios[figure]);
  const changes = pairs
    .map(([figure, { ratio, better }]) => {
      const before = ratios[figure].ratio;
      const change = better === 'more' ? before / ratio - 1 : ratio / before - 1;
      return { figure, before, now: ratio, change };
    })
    .filter(({ change }) => Math.abs(change) > NOTABLE)
    .sort((a, b) => b.change - a.change);
  return { found: true, commit, date, compared: pairs.length, changes };
}
