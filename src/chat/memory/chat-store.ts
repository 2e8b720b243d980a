import { Pace } from '../../../libs/async/index.js';
import { decodeCursor, toPage, type Page, type PageRequest } from '../../../libs/paging/index.js';
import { holdsAll, searchTerms, type SearchTerms, snippet } from '../../../libs/text/index.js';
import { type ChatStore, MessageSearch, type SearchHit, type StoredMessage } from '../store/index.js';
import { ChatMemory, MemoryConversations } from './conversations.js';
import { MemoryMessages } from './messages.js';

/** Stores that are empty, and gone with this process. */
export function memoryChatStore(): ChatStore {
  const memory = new ChatMemory();
  return {
    conversations: new MemoryConversations(memory),
    messages: new MemoryMessages(memory),
    search: new MemoryMessageSearch(memory),
  };
}

/** Its limit: there is no index, each search reads all of the user's messages. */
class MemoryMessageSearch extends MessageSearch {
  constructor(private readonly memory: ChatMemory) {
    super();
  }

  async search(userId: string, query: string, page: PageRequest): Promise<Page<SearchHit>> {
    const [before] = page.cursor ? decodeCursor(page.cursor, ['string']) : [undefined];
    const terms = searchTerms(query);
    if (!terms) return { items: [], nextCursor: null };
    const pace = new Pace();
    const rows = this.newestFirst(userId, before);
    const found: StoredMessage[] = [];
    for (const row of rows) {
      if (await holdsAll(row.text, terms, pace)) found.push(row);
      if (found.length > page.limit) break;
    }
    const { items, nextCursor } = toPage(found, page.limit, ({ id }) => [id]);
    const hits: SearchHit[] = [];
    for (const row of items) hits.push(await this.toHit(row, terms, pace));
    return { items: hits, nextCursor };
  }

  private newestFirst(userId: string, before: string | undefined): StoredMessage[] {
    return this.memory
      .ofUser(userId)
      .filter(({ id }) => !this.memory.isBuried(id))
      .flatMap(({ id }) => this.memory.idsOf.get(id) ?? [])
      .filter((id) => before === undefined || id < before)
      .sort((a, b) => (a < b ? 1 : -1))
      .map((id) => this.memory.messages.get(id) as StoredMessage)
      .filter(({ status }) => status !== 'generating');
  }

  private async toHit(row: StoredMessage, terms: SearchTerms, pace: Pace): Promise<SearchHit> {
    const { id, conversationId, role, createdAt } = row;
    const title = this.memory.conversations.get(conversationId)?.title ?? '';
    return { message: { id, conversationId, role, createdAt }, title, snippet: await snippet(row.text, terms, pace) };
  }
}
