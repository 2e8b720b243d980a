import { texts } from '../i18n/index.js';
import { Store } from '../store.js';

export interface Toast {
  id: number;
  text: string;
  action?: { label: string; run(): void };
  /** The action takes back what was just done: a key does that too. */
  isUndo?: boolean;
}

export const toasts = new Store<readonly Toast[]>([]);
let count = 0;

/** Nobody is hurried who is about to press what is in one. */
const isInUse = () => document.querySelector('.toast:is(:hover, :focus-within)') !== null;

function show(toast: Omit<Toast, 'id'>, ms: number, onOver?: () => void): () => void {
  const id = ++count;
  const close = () => {
    clearTimeout(timer);
    toasts.update((all) => all.filter((each) => each.id !== id));
  };
  const end = () => {
    if (isInUse()) {
      timer = setTimeout(end, 1_000);
      return;
    }
    close();
    onOver?.();
  };
  let timer = setTimeout(end, ms);
  toasts.update((all) => [...all.slice(-2), { id, ...toast }]);
  return close;
}

/** Says something for a while. Returns how to take it back. */
export function toast(text: string, action?: Toast['action'], ms = 6_000): () => void {
  return show({ text, action }, ms);
}

/** Says what was done, and takes it back when that is wanted. `onOver`: nobody wanted it. */
export function undoToast(text: string, run: () => void, onOver: () => void): () => void {
  return show({ text, action: { label: texts().convos.undo, run }, isUndo: true }, 6_000, onOver);
}

/** Takes back what was done last, if it still can be. */
export function lastUndo(): (() => void) | undefined {
  return toasts.get().findLast(({ isUndo }) => isUndo)?.action?.run;
}
