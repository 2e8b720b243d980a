import { Injectable } from '@nestjs/common';
import { Pace } from '../../libs/pace/index.js';
import { decodeCursor, encodeCursor, type Page, type PageRequest } from '../../libs/paging/index.js';
import { type Conversation, Conversations } from './conversations.js';
import type { Snippet } from './message-search.js';
import { holdsAll, searchTerms, type SearchTerms } from './snippet.js';
import { tokens } from './tokenizer.js';

export interface TitleHit {
  conversation: Conversation;
  /** The whole title. */
  title: Snippet;
}

/** Conversations that are read at once. */
const BATCH = 200;
/** Titles that one call looks at: who has more goes on with its cursor, though the page may be empty. */
const MOST_TITLES = 5_000;

/**
 * Finds conversations by their titles, with the words of `MessageSearch`: those that are not archived first, newest activity
 * first. Titles are short, and are read in the order of the index that the list of conversations has: so one that was
 * changed a moment ago, also by an older build, is found by what it is called now, on every store.
 */
@Injectable()
export class TitleSearch {
  constructor(private readonly conversations: Conversations) {}

  async search(userId: string, query: string, { limit, cursor }: PageRequest): Promise<Page<TitleHit>> {
    const terms = searchTerms(query);
    let [archived, from] = cursor ? decodeCursor(cursor, ['number', 'string']) : [0, ''];
    const items: TitleHit[] = [];
    const pace = new Pace();
    for (let seen = 0; terms && archived < 2;) {
      if (seen >= MOST_TITLES) return { items, nextCursor: encodeCursor([archived, from]) };
      const batch = { limit: BATCH, cursor: from || undefined };
      const page = await this.conversations.list(userId, { archived: archived === 1 }, batch);
      seen += page.items.length;
      for (const conversation of page.items) {
        if (await holdsAll(conversation.title, terms, pace)) items.push(toHit(conversation, terms));
        if (items.length > limit) return { items: items.slice(0, limit), nextCursor: behind(items[limit - 1]) };
      }
      [archived, from] = page.nextCursor ? [archived, page.nextCursor] : [archived + 1, ''];
    }
    return { items, nextCursor: null };
  }
}

/** As the list of conversations names the place behind one of its own. */
function behind({ conversation: { archived, updatedAt, id } }: TitleHit): string {
  return encodeCursor([archived ? 1 : 0, encodeCursor([updatedAt.getTime(), id])]);
}

function toHit(conversation: Conversation, { words, prefix }: SearchTerms): TitleHit {
  const wanted = new Set(words);
  const matches = tokens(conversation.title)
    .filter(({ token }) => wanted.has(token) || token.startsWith(prefix))
    .filter(({ start }, i, all) => start !== all[i - 1]?.start)
    .map(({ start, end }): [number, number] => [start, end]);
  return { conversation, title: { text: conversation.title, matches } };
}
