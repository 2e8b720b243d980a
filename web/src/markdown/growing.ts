/** So much, in elements, comes into the page at once: that is a few milliseconds. */
export const AT_ONCE = 400;

/** How many of the weights, of which the first `shown` are in the page, may be there next. */
export function nextShown(weights: readonly number[], shown: number, most = AT_ONCE): number {
  let sum = 0;
  let at = Math.min(shown, weights.length);
  while (at < weights.length && (sum === 0 || sum + weights[at] <= most)) sum += weights[at++];
  return at;
}
