import { retryDelay } from './retry-delay.js';

it.each([
  ['nothing is said', undefined, 100, 200],
  ['at once (upstream/429-zero, upstream/429-past-date)', 0, 1000, 2000],
  ['less than the pause', 20, 100, 200],
  ['more', 7000, 7000, 7000],
])('waits between attempts where the provider says: %s', (_name, retryAfter, first, second) => {
  expect([0, 1].map((attempts) => retryDelay(retryAfter, 100, attempts))).toEqual([first, second]);
});
