import { thoughtsFold } from '../preferences.js';
import { Store } from '../store.js';

const folds = new Map<string, Store<boolean | null>>();

/**
 * Whether somebody has opened or closed this one; null: nobody has. It is kept while the page is open, and what was chosen
 * last holds for all that come into sight later.
 */
export function foldOf(name: string): Store<boolean | null> {
  let fold = folds.get(name);
  if (!fold) {
    const made = new Store<boolean | null>(null);
    made.subscribe(() => thoughtsFold.store.set(made.get() ? 'open' : 'closed'));
    folds.set(name, (fold = made));
  }
  return fold;
}
