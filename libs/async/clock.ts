/** Whole milliseconds by a clock that nobody sets, since this process began: for what is compared within it. */
export function elapsedMs(): number {
  return Math.floor(performance.now());
}
