import { MAX_KEYS } from './api-key-store.js';
import { freeSlot } from './key-rules.js';

const upTo = (count: number) => Array.from({ length: count }, (_, slot) => slot);

describe('the places of a person’s keys', () => {
  it('are given while one is free', () => {
    expect(upTo(MAX_KEYS)).toContain(freeSlot([]));
    expect(freeSlot(upTo(MAX_KEYS).filter((slot) => slot !== 7))).toBe(7);
    expect(freeSlot(upTo(MAX_KEYS))).toBeUndefined();
  });

  it('are fewer by those that have come from elsewhere', () => {
    expect(freeSlot(['a', 'b', ...upTo(MAX_KEYS - 3)])).toBe(MAX_KEYS - 3);
    expect(freeSlot(['a', 'b', ...upTo(MAX_KEYS - 2)])).toBeUndefined();
    // More of them came than there may be: those that are there stay.
    expect(freeSlot(upTo(MAX_KEYS + 1).map(String))).toBeUndefined();
  });
});
