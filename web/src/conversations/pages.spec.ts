import type { Conversation, Page } from '../api/types.js';
import { placed, withHeld, without } from './pages.js';

const conversation = (id: string, second: number, more: Partial<Conversation> = {}) =>
  ({
    id,
    updatedAt: `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`,
    pinned: false,
    archived: false,
    ...more,
  }) as Conversation;

const pages: Page<Conversation>[] = [
  { items: [conversation('a', 50), conversation('b', 40)], nextCursor: 'x' },
  { items: [conversation('c', 30), conversation('d', 20)], nextCursor: 'y' },
];
const ids = (all: Page<Conversation>[]) => all.map(({ items }) => items.map(({ id }) => id).join('')).join('|');

describe('the pages of the list', () => {
  it('moves a conversation to where its activity puts it', () => {
    expect(ids(placed(pages, 'recent', conversation('d', 59)))).toBe('dab|c');
    expect(ids(placed(pages, 'recent', conversation('a', 35)))).toBe('b|acd');
    expect(ids(placed(pages, 'recent', conversation('e', 40)))).toBe('aeb|cd');
  });

  it('leaves out what belongs behind the last page that was read', () => {
    expect(ids(placed(pages, 'recent', conversation('e', 10)))).toBe('ab|cd');
    const whole = pages.with(1, { ...pages[1], nextCursor: null });
    expect(ids(placed(whole, 'recent', conversation('e', 10)))).toBe('ab|cde');
  });

  it('takes out what belongs elsewhere now', () => {
    expect(ids(placed(pages, 'recent', conversation('b', 40, { archived: true })))).toBe('a|cd');
    expect(ids(placed(pages, 'recent', conversation('b', 40, { pinned: true })))).toBe('a|cd');
    expect(ids(without(pages, 'c'))).toBe('ab|d');
    expect(without(pages, 'z')).toBe(pages);
  });

  it('shows what is held back as if it were done', () => {
    const held = new Map([
      ['a', null],
      ['c', conversation('c', 30, { archived: true })],
    ]);
    expect(ids(withHeld(pages, 'recent', held))).toBe('b|d');
    const archived = [{ items: [conversation('e', 25, { archived: true })], nextCursor: null }];
    expect(ids(withHeld(archived, 'archived', held))).toBe('ce');
    expect(withHeld(pages, 'recent', new Map())).toBe(pages);
    expect(ids(pages)).toBe('ab|cd');
  });

  it('takes the first one into an empty list', () => {
    expect(ids(placed([{ items: [], nextCursor: null }], 'pinned', conversation('b', 1, { pinned: true })))).toBe('b');
  });
});
