import type { InfiniteData } from '@tanstack/react-query';
import type { Page } from '../../api/types.js';
import type { AdminUser, UserChange } from '../types.js';

/** What an admin can do to an account, and how the server is told. */
export const CHANGES = {
  makeAdmin: { role: 'admin' },
  makeUser: { role: 'user' },
  disable: { disabled: true },
  enable: { disabled: false },
} satisfies Record<string, UserChange>;

export type Change = keyof typeof CHANGES;

/** What can be done to this one: each thing, or its undoing. Nothing while the account is being deleted. */
export function changesOf({ role, disabled, deleting }: AdminUser): Change[] {
  if (deleting) return [];
  return [role === 'admin' ? 'makeUser' : 'makeAdmin', disabled ? 'enable' : 'disable'];
}

export type UserPages = InfiniteData<Page<AdminUser>, string | null>;

/** The list with one user as the server has it now. */
export function withUser(pages: UserPages, user: AdminUser): UserPages {
  const replaced = (known: AdminUser) => (known.id === user.id ? user : known);
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, items: page.items.map(replaced) })) };
}
