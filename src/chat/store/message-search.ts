import type { Page, PageRequest } from '../../../libs/paging/index.js';
import type { Snippet } from '../../../libs/text/index.js';
import type { Message } from './message.js';

export interface SearchHit {
  message: Pick<Message, 'id' | 'conversationId' | 'role' | 'createdAt'>;
  title: string;
  snippet: Snippet;
}

/**
 * Finds messages that hold every word of the query, the last one as a prefix, blind to case and accents, newest first.
 * What a word is says `tokens()` of `libs/text`, for every backend. A query without a word finds nothing.
 * A message can be found as soon as it is stored; an answer when it has ended. Messages under a tombstone, and other
 * users', are not found. Of a message with more than 20,000 different words (`MOST_WORDS`) the rest may not be found.
 *
 * What grows with the texts is done in pieces, between which everything else runs (`Pace`).
 */
export abstract class MessageSearch {
  abstract search(userId: string, query: string, page: PageRequest): Promise<Page<SearchHit>>;
}
