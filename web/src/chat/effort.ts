import { remembered } from '../api/storage.js';
import { Store } from '../store.js';

/** How much a model is to think before it answers. */
export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high'] as const;
export type Effort = (typeof EFFORTS)[number];

/** What somebody chose last; null: as the model has it. */
export function effortOf(userId: string): Store<Effort | null> {
  const name = `${userId}.effort`;
  const kept = remembered.get(name);
  const store = new Store<Effort | null>(EFFORTS.find((effort) => effort === kept) ?? null);
  store.subscribe(() => remembered.set(name, store.get()));
  return store;
}
