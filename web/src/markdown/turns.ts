import { flushSync } from 'react-dom';
import { isPrinting } from './printing.js';

/** So much that is dear to show comes into the page in one task: a formula is some hundred elements. */
const AT_ONCE = 8;

const waiting = new Set<() => void>();
let taken = 0;
let isScheduled = false;

function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  setTimeout(next);
}

function next(): void {
  isScheduled = false;
  taken = 0;
  for (const run of waiting) {
    if (taken++ >= AT_ONCE) break;
    waiting.delete(run);
    run();
  }
  if (waiting.size > 0) schedule();
}

/** Whether there is room for one more in this task. */
export function takeNow(): boolean {
  if (isPrinting()) return true;
  schedule();
  return waiting.size === 0 && taken++ < AT_ONCE;
}

/** Runs it in a later task, a few in each. Gives back what takes it off again. */
export function takeTurn(run: () => void): () => void {
  waiting.add(run);
  schedule();
  return () => void waiting.delete(run);
}

// What is not in the page when the event has been heard is not printed.
addEventListener('beforeprint', () =>
  flushSync(() => {
    for (const run of waiting) run();
    waiting.clear();
  }),
);
