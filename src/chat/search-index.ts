import { Pace } from '../../libs/pace/index.js';
import type { SqliteDatabase } from '../../libs/sqlite/index.js';
import type { SearchTerms } from './snippet.js';
import { differentWords } from './tokenizer.js';

/** Entries of one millisecond. With 2,048, entry numbers stay exact in JavaScript until the year 2109. */
const PER_MS = 2048;
/** Between a user and the word: no word holds it (a private-use character). */
const OF = '\ue000';
/** One transaction: so many messages, or so many words and those of one message more; then the event loop has its turn. */
const BATCH = 50;
const BATCH_WORDS = 1000;

/** What a search finds, newest first; without the texts, which may be long. */
export interface FoundRow {
  entry: number;
  id: string;
  conversation_id: string;
  role: 'user' | 'assistant';
  created_at: number;
  title: string;
}

/** A message that is stored and not yet entered. */
interface Noted {
  user_id: string;
  message_id: string;
}

/**
 * The index of words in SQLite. Each word is entered under its user (`<user>U+E000<word>`): a search, of a prefix too,
 * reads nothing of anybody else, however many others there are. Messages are only noted when they are stored (`add`) and
 * entered later, many at once: that is much cheaper, and not in the way of a question.
 */
export class SearchIndex {
  constructor(private readonly db: SqliteDatabase) {}

  /** Notes a message for the index. Part of the transaction that stores it. */
  add(userId: string, messageId: string): void {
    this.db.run(
      'INSERT INTO search_pending (user_id, message_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
      userId,
      messageId,
    );
  }

  /** Enters all that is noted for this user. */
  async catchUp(userId: string): Promise<void> {
    const pace = new Pace();
    while (await this.enterSome(this.db.all<Noted>(NOTED_OF, userId, BATCH), pace)) await pace.rest();
  }

  /** Enters a batch of what is noted for anybody. False where nothing was. */
  async enterBatch(pace: Pace): Promise<boolean> {
    return this.enterSome(this.db.all<Noted>(NOTED, BATCH), pace);
  }

  /** `before`: the id of the last message of the page before. */
  find(userId: string, { words, prefix }: SearchTerms, before: string | undefined, limit: number): FoundRow[] {
    const of = userKey(userId) + OF;
    // Every word is quoted and holds letters and numbers only: nothing of a query is read as an operator.
    const match = [...words.map((word) => `"${of}${word}"`), `"${of}${prefix}" *`].join(' ');
    const query = (from: number, to: number, count: number): FoundRow[] =>
      this.db.all<FoundRow>(FIND, match, from, to, before ?? '~', userId, count);
    const rows = query(0, before === undefined ? Number.MAX_SAFE_INTEGER : firstEntry(before) + PER_MS, limit);
    const last = rows.at(-1);
    // Within a millisecond entries come in the order of entering: read the rest of it, then sort by id.
    if (rows.length === limit && last) rows.push(...query(last.entry - (last.entry % PER_MS), last.entry, PER_MS));
    return rows.sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  /** Drops a message from the index. Part of the transaction that drops it. */
  remove(userId: string, messageId: string): void {
    this.db.run('DELETE FROM search_pending WHERE user_id = ? AND message_id = ?', userId, messageId);
    const first = firstEntry(messageId);
    const row = this.db.get<{ entry: number }>(
      'SELECT entry FROM search_entries WHERE entry >= ? AND entry < ? AND message_id = ?',
      first,
      first + 2 * PER_MS,
      messageId,
    );
    if (!row) return;
    this.db.run('DELETE FROM search_words WHERE rowid = ?', row.entry);
    this.db.run('DELETE FROM search_entries WHERE entry = ?', row.entry);
  }

  private async enterSome(noted: Noted[], pace: Pace): Promise<boolean> {
    const batch: Array<Noted & { words: Set<string> | null }> = [];
    let count = 0;
    for (const note of noted) {
      const row = this.db.get<{ text: string }>('SELECT text FROM messages WHERE id = ?', note.message_id);
      const words = row ? await differentWords(row.text, pace) : null;
      batch.push({ ...note, words });
      count += words?.size ?? 0;
      if (count >= BATCH_WORDS) break;
    }
    if (batch.length === 0) return false;
    this.db.transaction(() =>
      batch.forEach(({ user_id, message_id, words }) => this.enter(user_id, message_id, words)),
    );
    return true;
  }

  /** Unless it was entered or removed meanwhile. */
  private enter(userId: string, id: string, words: Set<string> | null): void {
    const noted = this.db.run('DELETE FROM search_pending WHERE user_id = ? AND message_id = ?', userId, id);
    if (noted === 0 || !words) return;
    const of = userKey(userId) + OF;
    const entry = this.freeEntry(id);
    this.db.run('INSERT INTO search_entries (entry, message_id) VALUES (?, ?)', entry, id);
    this.db.run(
      'INSERT INTO search_words (rowid, words) VALUES (?, ?)',
      entry,
      Array.from(words, (word) => of + word).join(' '),
    );
  }

  /** The next number of the id's millisecond; beyond its last one, the next that is free. */
  private freeEntry(id: string): number {
    const first = firstEntry(id);
    const row = this.db.get<{ last: number | null }>(
      'SELECT max(entry) AS last FROM search_entries WHERE entry >= ? AND entry < ?',
      first,
      first + PER_MS,
    );
    let entry = (row?.last ?? first - 1) + 1;
    while (this.db.get('SELECT 1 AS taken FROM search_entries WHERE entry = ?', entry)) entry++;
    return entry;
  }
}

const NOTED = 'SELECT user_id, message_id FROM search_pending LIMIT ?';
const NOTED_OF = 'SELECT user_id, message_id FROM search_pending WHERE user_id = ? LIMIT ?';

/** CROSS JOIN keeps the order: the index of words first. The driver binds all numbers as REAL, the index wants INTEGER. */
const FIND = `SELECT w.rowid AS entry, m.id, m.conversation_id, m.role, m.created_at, c.title
  FROM search_words w
  CROSS JOIN search_entries e ON e.entry = w.rowid
  CROSS JOIN messages m ON m.id = e.message_id
  CROSS JOIN conversations c ON c.id = m.conversation_id
  WHERE w.search_words MATCH ? AND w.rowid >= CAST(? AS INTEGER) AND w.rowid < CAST(? AS INTEGER)
    AND m.id < ? AND m.user_id = ? AND c.buried_at IS NULL
  ORDER BY w.rowid DESC LIMIT ?`;

/** The first entry number of the millisecond in a UUIDv7 (RFC 9562 §5.7: its first 48 bits). */
function firstEntry(messageId: string): number {
  const ms = Number.parseInt(messageId.slice(0, 8) + messageId.slice(9, 13), 16);
  return (Number.isNaN(ms) ? 0 : ms % 2 ** 42) * PER_MS;
}

/** A user's id as letters and digits only; no two ids give the same. */
function userKey(userId: string): string {
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(userId);
  return isUuid ? userId.replaceAll('-', '') : `x${Buffer.from(userId).toString('hex')}`;
}
