import { Pace } from '../../../libs/async/index.js';
import { decodeCursor, toPage, type Page, type PageRequest } from '../../../libs/paging/index.js';
import type { SqliteDatabase } from '../../../libs/sqlite/index.js';
import { ChatTables } from './chat-tables.js';
import { MessageSearch, type SearchHit } from '../store/index.js';
import type { FoundRow, SearchIndex } from './search-index.js';
import { type SearchTerms, searchTerms, snippet } from '../../../libs/text/index.js';

/** How often it looks whether there is something to enter, ms. */
const EVERY_MS = 1000;
/** Above this share of the last interval the process was busy: entering can wait, a search catches up by itself. */
const BUSY = 0.5;
/** For so long at a time, ms. */
const AT_ONCE_MS = 100;

/** The words of messages are entered when the process is idle, and a user's own before a search of that user. */
export class SqliteMessageSearch extends MessageSearch {
  private readonly index: SearchIndex;

  constructor(private readonly db: SqliteDatabase) {
    super();
    this.index = new ChatTables(db).index;
    this.enterWhenIdle();
  }

  async search(userId: string, query: string, page: PageRequest): Promise<Page<SearchHit>> {
    const [before] = page.cursor ? decodeCursor(page.cursor, ['string']) : [undefined];
    const terms = searchTerms(query);
    if (!terms) return { items: [], nextCursor: null };
    await this.index.catchUp(userId);
    const found = await this.index.find(userId, terms, before, page.limit + 1);
    const { items, nextCursor } = toPage(found, page.limit, ({ id }) => [id]);
    return { items: await this.toHits(items, terms), nextCursor };
  }

  /** Text by text, for they may be long; one may be gone meanwhile. */
  private async toHits(rows: FoundRow[], terms: SearchTerms): Promise<SearchHit[]> {
    const pace = new Pace();
    const hits: SearchHit[] = [];
    for (const { id, conversation_id, role, created_at, title } of rows) {
      await pace.restIfDue();
      const text = this.db.get<{ text: string }>('SELECT text FROM messages WHERE id = ?', id)?.text;
      if (text === undefined) continue;
      const message = { id, conversationId: conversation_id, role, createdAt: new Date(created_at) };
      hits.push({ message, title, snippet: await snippet(text, terms, pace) });
    }
    return hits;
  }

  private enterWhenIdle(): void {
    let last = performance.eventLoopUtilization();
    const timer = setInterval(() => {
      if (!this.db.isOpen) return clearInterval(timer);
      const { utilization } = performance.eventLoopUtilization(last);
      last = performance.eventLoopUtilization();
      if (utilization < BUSY) void this.enterForAWhile();
    }, EVERY_MS);
    timer.unref();
  }

  private async enterForAWhile(): Promise<void> {
    const until = performance.now() + AT_ONCE_MS;
    const pace = new Pace();
    try {
      while (this.db.isOpen && performance.now() < until && (await this.index.enterBatch(pace))) await pace.rest();
    } catch {
      // What could not be entered stays noted: the next search of its user tries again, and rejects where it fails.
    }
  }
}
