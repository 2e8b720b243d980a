import { nextShown } from './growing.js';

describe('nextShown', () => {
  it('adds as much as fits', () => {
    expect(nextShown([50, 50, 50], 0, 100)).toBe(2);
    expect(nextShown([50, 50, 50], 2, 100)).toBe(3);
  });

  it('adds what is too much alone, for it has to come', () => {
    expect(nextShown([500, 500], 0, 100)).toBe(1);
    expect(nextShown([500, 500], 1, 100)).toBe(2);
  });

  it('ends where there is no more, also when there is less than before', () => {
    expect(nextShown([1, 1], 2, 100)).toBe(2);
    expect(nextShown([1], 5, 100)).toBe(1);
    expect(nextShown([], 0, 100)).toBe(0);
  });
});
