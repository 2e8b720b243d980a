import { entry, show } from './contract/event-log.testing.js';
import { comparePositions } from './event-log.js';

describe('comparePositions', () => {
  it('goes by epoch, then by seq, as numbers', () => {
    const sorted = [entry(1, 0), entry(1, 2), entry(1, 10), entry(2, 0), entry(10, 0)];
    expect(show([...sorted].reverse().sort(comparePositions))).toBe(show(sorted));
    expect(comparePositions(entry(3, 4), entry(3, 4))).toBe(0);
  });
});
