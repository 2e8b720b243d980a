import { Recent } from './recent.js';

describe('Recent', () => {
  it('forgets what was not asked for longest', () => {
    const recent = new Recent<number>(6);
    recent.set('aa', 1);
    recent.set('bb', 2);
    recent.set('cc', 3);
    expect(recent.get('aa')).toBe(1);
    recent.set('dd', 4);
    expect(['aa', 'bb', 'cc', 'dd'].map((text) => recent.get(text))).toEqual([1, undefined, 3, 4]);
  });

  it('counts a text once', () => {
    const recent = new Recent<number>(4);
    for (let n = 0; n < 9; n++) recent.set('aa', n);
    recent.set('bb', 1);
    expect(recent.get('aa')).toBe(8);
  });
});
