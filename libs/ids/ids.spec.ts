import { firstIdAt, isId, newId, timeOf } from './ids.js';

describe('ids', () => {
  it('are UUIDv7 of now, in order', () => {
    const ids = Array.from({ length: 1000 }, () => newId());
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(1000);
    expect(ids.every(isId)).toBe(true);
    expect(Math.abs(timeOf(ids[0])! - Date.now())).toBeLessThan(60_000);
  });

  it('sort after their parent’s, also where the clock is behind it', () => {
    const future = '0fffffff-ffff-7000-8000-000000000000';
    let id = future;
    for (let i = 0; i < 100; i++) {
      const child = newId(id);
      expect(child > id).toBe(true);
      id = child;
    }
    const parent = newId();
    expect(newId(parent) > parent).toBe(true);
  });

  it.each(['', 'x', '../etc', '__proto__', '0190e0a0-0000-7000-8000-00000000000g'])('are not %p', (text) => {
    expect(isId(text)).toBe(false);
    expect(timeOf(text)).toBeUndefined();
  });

  it('tell their time in either case, and that of another version nothing', () => {
    const id = newId();
    expect(timeOf(id.toUpperCase())).toBe(timeOf(id));
    expect(timeOf('0190e0a0-0000-4000-8000-000000000000')).toBeUndefined();
  });

  it('of a time sort after its bound, and those of the millisecond before do not', () => {
    const id = newId();
    const ms = timeOf(id)!;
    expect(id > firstIdAt(ms)).toBe(true);
    expect(id < firstIdAt(ms + 1)).toBe(true);
    expect(firstIdAt(0)).toBe('00000000-0000-7');
  });

  it('sort in the order in which they were made, also where the clock is set back', () => {
    const first = newId();
    jest.spyOn(Date, 'now').mockReturnValue(timeOf(first)! - 3_600_000);
    try {
      expect(newId() > first).toBe(true);
    } finally {
      jest.restoreAllMocks();
    }
  });
});
