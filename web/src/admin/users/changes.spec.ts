import type { AdminUser } from '../types.js';
import { changesOf, withUser } from './changes.js';

const user = (values: Partial<AdminUser> = {}): AdminUser => ({
  id: '1',
  name: 'Ada',
  email: 'ada@example.org',
  role: 'user',
  createdAt: '2026-01-01T00:00:00.000Z',
  disabled: false,
  deleting: false,
  usage: { tokens: null, tokenBudget: null, windowEndsInSeconds: null, running: 0, waiting: 0 },
  ...values,
});

describe('changesOf', () => {
  it('offers what the account is not yet', () => {
    expect(changesOf(user())).toEqual(['makeAdmin', 'disable']);
    expect(changesOf(user({ role: 'admin', disabled: true }))).toEqual(['makeUser', 'enable']);
  });

  it('offers nothing for an account that is being deleted', () => {
    expect(changesOf(user({ deleting: true }))).toEqual([]);
  });
});

describe('withUser', () => {
  it('replaces one user, wherever it is, and nothing else', () => {
    const pages = {
      pages: [
        { items: [user()], nextCursor: 'a' },
        { items: [user({ id: '2' }), user({ id: '3' })], nextCursor: null },
      ],
      pageParams: [null, 'a'],
    };
    const changed = user({ id: '2', disabled: true });
    const { pages: found, pageParams } = withUser(pages, changed);
    expect(found.flatMap(({ items }) => items)).toEqual([user(), changed, user({ id: '3' })]);
    expect(found.map(({ nextCursor }) => nextCursor)).toEqual(['a', null]);
    expect(pageParams).toBe(pages.pageParams);
  });
});
