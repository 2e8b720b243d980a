import { groupOf, isSameGroup } from './groups.js';

const at = (...date: [number, number, number, number?]) => ({ updatedAt: new Date(...date).toISOString() });
const now = new Date(2026, 2, 15, 12).getTime();

describe('groups', () => {
  it.each([
    [at(2026, 2, 15, 0), 'today'],
    [at(2027, 0, 1), 'today'],
    [at(2026, 2, 14, 23), 'yesterday'],
    [at(2026, 2, 14, 0), 'yesterday'],
    [at(2026, 2, 13, 23), 'week'],
    [at(2026, 2, 1), 'month'],
    [at(2026, 0, 5), { year: 2026, month: 0 }],
  ])('%j is of %j', (conversation, group) => expect(groupOf(conversation, now)).toEqual(group));

  it('are the same by month and year', () => {
    expect(isSameGroup({ year: 2025, month: 1 }, { year: 2025, month: 1 })).toBe(true);
    expect(isSameGroup({ year: 2024, month: 1 }, { year: 2025, month: 1 })).toBe(false);
    expect(isSameGroup(undefined, 'today')).toBe(false);
  });
});
