import type { Conversation, Page } from '../api/types.js';

export type ListKind = 'recent' | 'pinned' | 'archived';

export function belongsTo(kind: ListKind, { archived, pinned }: Conversation): boolean {
  return kind === 'archived' ? archived : !archived && pinned === (kind === 'pinned');
}

/** The server's order: newest activity first. */
function isBefore(a: Conversation, b: Conversation): boolean {
  return a.updatedAt === b.updatedAt ? a.id > b.id : a.updatedAt > b.updatedAt;
}

/** The pages without a conversation; the same pages where it is in none. */
export function without(pages: Page<Conversation>[], id: string): Page<Conversation>[] {
  if (!pages.some(({ items }) => items.some((item) => item.id === id))) return pages;
  return pages.map((page) => ({ ...page, items: page.items.filter((item) => item.id !== id) }));
}

/** The pages as they are once what is held back has been done: with what becomes of a conversation, or without it. */
export function withHeld(
  pages: Page<Conversation>[],
  kind: ListKind,
  held: ReadonlyMap<string, Conversation | null>,
): Page<Conversation>[] {
  let shown = pages;
  for (const [id, as] of held) shown = as ? placed(shown, kind, as) : without(shown, id);
  return shown;
}

/** The pages with a conversation where it belongs now. Behind the last page that was read it is left to be read. */
export function placed(pages: Page<Conversation>[], kind: ListKind, conversation: Conversation): Page<Conversation>[] {
  const others = without(pages, conversation.id);
  if (!belongsTo(kind, conversation)) return others;
  for (const [at, page] of others.entries()) {
    const index = page.items.findIndex((item) => isBefore(conversation, item));
    const isEnd = at === others.length - 1 && page.nextCursor === null;
    if (index < 0 && !isEnd) continue;
    const items = page.items.toSpliced(index < 0 ? page.items.length : index, 0, conversation);
    return others.with(at, { ...page, items });
  }
  return others;
}
