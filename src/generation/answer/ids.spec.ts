import { isId, newId, timeOf } from './ids.js';

describe('ids', () => {
  it('are UUIDv7 of now, in order', () => {
    const ids = Array.from({ length: 1000 }, () => newId());
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(1000);
    expect(ids.every(isId)).toBe(true);
    expect(Math.abs(timeOf(ids[0]) - Date.now())).toBeLessThan(60_000);
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
  });
});
