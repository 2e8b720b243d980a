import { ServerError } from '../errors.js';

/** Refuses two changes of one field, or of a field and what is inside it. */
export function refuseConflicts(paths: string[]): void {
  const seen = paths.toSorted();
  for (let i = 1; i < seen.length; i++) {
    const holder = seen.slice(0, i).find((path) => seen[i] === path || seen[i].startsWith(`${path}.`));
    if (holder === undefined) continue;
    throw new ServerError(
      'ConflictingUpdateOperators',
      `Updating the path '${seen[i]}' would create a conflict at '${holder}'`,
    );
  }
}
