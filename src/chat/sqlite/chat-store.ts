import { Pace } from '../../../libs/async/index.js';
import { decodeCursor, toPage, type Page, type PageRequest } from '../../../libs/paging/index.js';
import type { SqliteDatabase } from '../../../libs/sqlite/index.js';
import { searchTerms, snippet } from '../../../libs/text/index.js';
import { type ChatStore, MessageSearch, type SearchHit } from '../store/index.js';
import { ChatTables } from './chat-tables.js';
import { SqliteConversations } from './conversations.js';
import { SqliteMessages } from './messages.js';

/** The stores over one database file, in which it makes their tables. */
export function sqliteChatStore(db: SqliteDatabase): ChatStore {
  const tables = new ChatTables(db);
  return {
    conversations: new SqliteConversations(tables),
    messages: new SqliteMessages(tables),
    search: new SqliteMessageSearch(tables),
  };
}

/** How often it looks whether there is something to enter, ms. */
const EVERY_MS = 1000;
/** Above this share of the last interval the process was busy: entering can wait, a search catches up by itself. */
const BUSY = 0.5;
/** For so long at a time, ms. */
const AT_ONCE_MS = 100;

/** The words of messages are entered when the process is idle, and a user's own before a search of that user. */
class SqliteMessageSearch extends MessageSearch {
  constructor(private readonly tables: ChatTables) {
    super();
    this.enterWhenIdle();
  }

  async search(userId: string, query: string, page: PageRequest): Promise<Page<SearchHit>> {
    const [before] = page.cursor ? decodeCursor(page.cursor, ['string']) : [undefined];
    const terms = searchTerms(query);
    if (!terms) return { items: [], nextCursor: null };
    const { db, index } = this.tables;
    await index.catchUp(userId);
    const found = await index.find(userId, terms, before, page.limit + 1);
    const { items, nextCursor } = toPage(found, page.limit, ({ id }) => [id]);
    // Text by text, for they may be long; one may be gone meanwhile.
    const pace = new Pace();
    const hits: SearchHit[] = [];
    for (const { id, conversation_id, role, created_at, title } of items) {
      await pace.restIfDue();
      const text = db.get<{ text: string }>('SELECT text FROM messages WHERE id = ?', id)?.text;
      if (text === undefined) continue;
      const message = { id, conversationId: conversation_id, role, createdAt: new Date(created_at) };
      hits.push({ message, title, snippet: await snippet(text, terms, pace) });
    }
    return { items: hits, nextCursor };
  }

  private enterWhenIdle(): void {
    let last = performance.eventLoopUtilization();
    const timer = setInterval(() => {
      if (!this.tables.db.isOpen) return clearInterval(timer);
      const { utilization } = performance.eventLoopUtilization(last);
      last = performance.eventLoopUtilization();
      if (utilization < BUSY) void this.enterForAWhile();
    }, EVERY_MS);
    timer.unref();
  }

  private async enterForAWhile(): Promise<void> {
    const { db, index } = this.tables;
    const until = performance.now() + AT_ONCE_MS;
    const pace = new Pace();
    try {
      while (db.isOpen && performance.now() < until && (await index.enterBatch(pace))) await pace.rest();
    } catch {
      // What could not be entered stays noted: the next search of its user tries again, and rejects where it fails.
    }
  }
}
