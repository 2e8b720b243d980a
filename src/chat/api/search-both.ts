import { Injectable } from '@nestjs/common';
import { decodeCursor, encodeCursor, type Page, type PageRequest } from '../../../libs/paging/index.js';
import type { MessageHit as MessageHitView, TitleHit as TitleHitView } from '../../contract/search.js';
import { conversationView } from './conversation-view.js';
import { MessageSearch, type SearchHit } from '../store/index.js';
import { type TitleHit, TitleSearch } from './title-search.js';

export type HitView = TitleHitView | MessageHitView;

function messageHit({ message, title, snippet }: SearchHit): MessageHitView {
  const { id, conversationId, role, createdAt } = message;
  return { message: { id, conversationId, role, createdAt: createdAt.toISOString() }, title, snippet };
}

function titleHit({ conversation, title }: TitleHit): TitleHitView {
  return { conversation: conversationView(conversation), title };
}

/** One list of what was found: titles, then messages. */
@Injectable()
export class SearchBoth {
  constructor(
    private readonly titles: TitleSearch,
    private readonly messages: MessageSearch,
  ) {}

  /** `where` undefined: both. */
  async search(
    userId: string,
    query: string,
    page: PageRequest,
    where?: 'titles' | 'messages',
  ): Promise<Page<HitView>> {
    if (where === 'titles') return shown(await this.titles.search(userId, query, page), titleHit);
    if (where === 'messages') return shown(await this.messages.search(userId, query, page), messageHit);
    const { limit } = page;
    const [list, from] = page.cursor ? placeOf(page.cursor) : ['titles', ''];
    const titles = await this.titlesFrom(list, userId, query, { limit, cursor: from || undefined });
    if (titles.nextCursor !== null) return { ...titles, nextCursor: encodeCursor(['titles', titles.nextCursor]) };
    const rest = limit - titles.items.length;
    if (rest === 0) return { ...titles, nextCursor: encodeCursor(['messages', '']) };
    const cursor = list === 'messages' ? from || undefined : undefined;
    const found = shown(await this.messages.search(userId, query, { limit: rest, cursor }), messageHit);
    const nextCursor = found.nextCursor && encodeCursor(['messages', found.nextCursor]);
    return { items: [...titles.items, ...found.items], nextCursor };
  }

  private async titlesFrom(list: string, userId: string, query: string, page: PageRequest): Promise<Page<HitView>> {
    if (list !== 'titles') return { items: [], nextCursor: null };
    return shown(await this.titles.search(userId, query, page), titleHit);
  }
}

function shown<T>({ items, nextCursor }: Page<T>, view: (hit: T) => HitView): Page<HitView> {
  return { items: items.map(view), nextCursor };
}

/** In which of the two lists a page begins, and where. A cursor of the build before is one of the messages. */
function placeOf(cursor: string): [list: string, from: string] {
  try {
    return decodeCursor(cursor, ['string', 'string']);
  } catch {
    return ['messages', cursor];
  }
}
