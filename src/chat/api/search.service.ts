import { Injectable } from '@nestjs/common';
import { Pace, Turns } from '../../../libs/async/index.js';
import { AppError } from '../../../libs/errors/index.js';
import { decodeCursor, encodeCursor, type Page, type PageRequest } from '../../../libs/paging/index.js';
import { holdsAll, searchTerms, type SearchTerms, tokens } from '../../../libs/text/index.js';
import type { MessageHit, TitleHit } from '../../contract/search.js';
import { type Conversation, Conversations, MessageSearch, type SearchHit, type Titled } from '../store/index.js';
import { conversationView } from './views.js';

export type Hit = TitleHit | MessageHit;

export interface Search {
  query: string;
  /** Undefined: both, titles before messages. */
  where?: 'titles' | 'messages';
  page: PageRequest;
  /** Whoever asked does not wait for it any more: where its turn comes then, it finds nothing. */
  isGone?: () => boolean;
}

/** Searches of one person, under way and waiting: whoever types asks again with each letter. */
const MOST_SEARCHES = 10;
/** Titles that are read at once. */
const BATCH = 200;
/** Titles that one call looks at: who has more goes on with its cursor, though the page may be empty. */
const MOST_TITLES = 5_000;

/** Where a page of titles begins: in which list, archived or not, and the cursor there. */
type Place = [archived: number, from: string];
interface Found {
  ids: string[];
  nextCursor: string | null;
}

/**
 * One list of what is found: conversations by their titles, then messages.
 *
 * Titles are found by the words of `MessageSearch`: those that are not archived first, newest activity first. They are
 * short, and are read in the order of the index that the list of conversations has: so one that was changed a moment ago,
 * also by an older build, is found by what it is called now, on every store.
 */
@Injectable()
export class SearchService {
  /** One search of a person at a time: it may be long work. */
  private readonly turns = new Turns(
    MOST_SEARCHES,
    () =>
      new AppError('too_many_concurrent', 429, `You already have ${MOST_SEARCHES} searches waiting or running.`, {
        retryAfterSeconds: 1,
        params: { of: 'searches', maximum: MOST_SEARCHES },
      }),
  );

  constructor(
    private readonly conversations: Conversations,
    private readonly messages: MessageSearch,
  ) {}

  /** Rejects with `too_many_concurrent` (429) where too many of this person's wait already. */
  search(userId: string, { query, where, page, isGone }: Search): Promise<Page<Hit>> {
    return this.turns.take(userId, async () => {
      if (isGone?.()) return { items: [], nextCursor: null };
      if (where === 'titles') return this.searchTitles(userId, query, page);
      if (where === 'messages') return this.searchMessages(userId, query, page);
      return this.searchBoth(userId, query, page);
    });
  }

  private async searchBoth(userId: string, query: string, { limit, cursor }: PageRequest): Promise<Page<Hit>> {
    const [list, from] = cursor ? placeOf(cursor) : ['titles', ''];
    const titles: Page<Hit> =
      list === 'titles'
        ? await this.searchTitles(userId, query, { limit, cursor: from || undefined })
        : { items: [], nextCursor: null };
    if (titles.nextCursor !== null) return { ...titles, nextCursor: encodeCursor(['titles', titles.nextCursor]) };
    const rest = limit - titles.items.length;
    if (rest === 0) return { ...titles, nextCursor: encodeCursor(['messages', '']) };
    const begin = list === 'messages' ? from || undefined : undefined;
    const messages = await this.searchMessages(userId, query, { limit: rest, cursor: begin });
    const nextCursor = messages.nextCursor && encodeCursor(['messages', messages.nextCursor]);
    return { items: [...titles.items, ...messages.items], nextCursor };
  }

  private async searchMessages(userId: string, query: string, page: PageRequest): Promise<Page<Hit>> {
    const { items, nextCursor } = await this.messages.search(userId, query, page);
    return { items: items.map(messageHit), nextCursor };
  }

  private async searchTitles(userId: string, query: string, { limit, cursor }: PageRequest): Promise<Page<Hit>> {
    const terms = searchTerms(query);
    const [first, from] = cursor ? decodeCursor(cursor, ['number', 'string']) : [0, ''];
    if (!terms) return { items: [], nextCursor: null };
    const { ids, nextCursor } = await this.findTitles(userId, terms, limit, [first, from]);
    const found = await Promise.all(ids.map((id) => this.conversations.get(userId, id)));
    // One that was deleted meanwhile is not shown.
    return { items: found.filter((one) => one !== null).map((one) => titleHit(one, terms)), nextCursor };
  }

  private async findTitles(userId: string, terms: SearchTerms, limit: number, begin: Place): Promise<Found> {
    let [archived, from] = begin;
    const ids: string[] = [];
    let last = '';
    const pace = new Pace();
    for (let seen = 0; archived < 2;) {
      if (seen >= MOST_TITLES) return { ids, nextCursor: encodeCursor([archived, from]) };
      const batch = { limit: BATCH, cursor: from || undefined };
      const page = await this.conversations.titles(userId, { archived: archived === 1 }, batch);
      seen += page.items.length;
      for (const titled of page.items) {
        if (!(await holdsAll(titled.title, terms, pace))) continue;
        if (ids.length === limit) return { ids, nextCursor: last };
        ids.push(titled.id);
        last = encodeCursor([archived, behind(titled)]);
      }
      [archived, from] = page.nextCursor ? [archived, page.nextCursor] : [archived + 1, ''];
    }
    return { ids, nextCursor: null };
  }
}

/** In which of the two lists a page begins, and where. A cursor of the build before is one of the messages. */
function placeOf(cursor: string): [list: string, from: string] {
  try {
    return decodeCursor(cursor, ['string', 'string']);
  } catch {
    return ['messages', cursor];
  }
}

/** As the list of conversations names the place behind one of its own. */
function behind({ updatedAt, id }: Titled): string {
  return encodeCursor([updatedAt.getTime(), id]);
}

function titleHit(conversation: Conversation, { words, prefix }: SearchTerms): TitleHit {
  const wanted = new Set(words);
  const matches = tokens(conversation.title)
    .filter(({ token }) => wanted.has(token) || token.startsWith(prefix))
    .filter(({ start }, i, all) => start !== all[i - 1]?.start)
    .map(({ start, end }): [number, number] => [start, end]);
  return { conversation: conversationView(conversation), title: { text: conversation.title, matches } };
}

function messageHit({ message, title, snippet }: SearchHit): MessageHit {
  const { id, conversationId, role, createdAt } = message;
  return { message: { id, conversationId, role, createdAt: createdAt.toISOString() }, title, snippet };
}
