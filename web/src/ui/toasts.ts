import { Store } from '../store.js';

export interface Toast {
  id: number;
  text: string;
  action?: { label: string; run(): void };
}

export const toasts = new Store<readonly Toast[]>([]);
let count = 0;

/** Says something for a while. Returns how to take it back. */
export function toast(text: string, action?: Toast['action'], ms = 6_000): () => void {
  const id = ++count;
  const close = () => toasts.update((all) => all.filter((each) => each.id !== id));
  toasts.update((all) => [...all.slice(-2), { id, text, action }]);
  setTimeout(close, ms);
  return close;
}
