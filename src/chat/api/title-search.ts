import { Injectable } from '@nestjs/common';
import { Pace } from '../../../libs/async/index.js';
import { decodeCursor, encodeCursor, type Page, type PageRequest } from '../../../libs/paging/index.js';
import { type Conversation, Conversations, type Titled } from '../store/index.js';
import { holdsAll, searchTerms, type SearchTerms, type Snippet, tokens } from '../../../libs/text/index.js';

export interface TitleHit {
  conversation: Conversation;
  /** The whole title. */
  title: Snippet;
}

/** In which list, archived or not, and the cursor there. */
type Place = [archived: number, from: string];
interface Found {
  ids: string[];
  nextCursor: string | null;
}

/** Titles that are read at once. */
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
    const [first, from] = cursor ? decodeCursor(cursor, ['number', 'string']) : [0, ''];
    if (!terms) return { items: [], nextCursor: null };
    const { ids, nextCursor } = await this.find(userId, terms, limit, [first, from]);
    const found = await Promise.all(ids.map((id) => this.conversations.get(userId, id)));
    // One that was deleted meanwhile is not shown.
    return { items: found.filter((one) => one !== null).map((one) => toHit(one, terms)), nextCursor };
  }

  private async find(userId: string, terms: SearchTerms, limit: number, [archived, from]: Place): Promise<Found> {
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

/** As the list of conversations names the place behind one of its own. */
function behind({ updatedAt, id }: Titled): string {
  return encodeCursor([updatedAt.getTime(), id]);
}

function toHit(conversation: Conversation, { words, prefix }: SearchTerms): TitleHit {
  const wanted = new Set(words);
  const matches = tokens(conversation.title)
    .filter(({ token }) => wanted.has(token) || token.startsWith(prefix))
    .filter(({ start }, i, all) => start !== all[i - 1]?.start)
    .map(({ start, end }): [number, number] => [start, end]);
  return { conversation, title: { text: conversation.title, matches } };
}
