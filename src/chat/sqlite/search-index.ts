import { Pace } from '../../../libs/async/index.js';
import type { SqliteDatabase } from '../../../libs/sqlite/index.js';
import { differentWords, type SearchTerms } from '../../../libs/text/index.js';

/** One transaction: so many messages, or so many words and those of one message more; then the event loop has its turn. */
const BATCH = 50;
const BATCH_WORDS = 1000;
/** Words are read in pieces of so many bytes, and of the one message more that makes it so many: about 1 ms. */
const PIECE_BYTES = 256 * 1024;
/** Messages whose sizes are read at once. */
const SIZES_AT_ONCE = 200;

/** What a search finds; without the texts, which may be long. */
interface FoundRow {
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
 * The words of each message in SQLite, each once, as ` one two three `. A search goes through those of one user, newest
 * first, until its page is full. An index from words to messages would be read faster where there is little to find; but
 * it holds a word in many places, all those of a prefix would have to be brought together in one piece, and what was
 * deleted would stay in it until it is written anew. Here it goes with the row, in the transaction that drops the message.
 *
 * Messages are only noted when they are stored (`add`) and entered later: so that is not in the way of a question.
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

  /** Newest first, at most `limit`. `before`: the id of the last message of the page before. */
  async find(userId: string, terms: SearchTerms, before = BEHIND_ALL, limit: number): Promise<FoundRow[]> {
    const pace = new Pace();
    const needle = longestOf(terms);
    const isAll = terms.words.length === 0;
    const found: FoundRow[] = [];
    for (const [from, to] of this.pieces(userId, before)) {
      await pace.restIfDue();
      for (const row of this.db.all<FoundRow>(FIND, userId, from, to, needle)) {
        await pace.restIfDue();
        if (isAll || this.holdsAll(userId, row.id, terms)) found.push(row);
        if (found.length === limit) return found;
      }
    }
    return found;
  }

  /** Drops a message from the index. Part of the transaction that drops it. */
  remove(userId: string, messageId: string): void {
    this.db.run('DELETE FROM search_pending WHERE user_id = ? AND message_id = ?', userId, messageId);
    this.db.run('DELETE FROM message_words WHERE user_id = ? AND message_id = ?', userId, messageId);
  }

  /** Neighbouring messages, newest first, that are looked through in one go: ids from the first to before the second. */
  private *pieces(userId: string, before: string): Generator<[from: string, to: string]> {
    let to = before;
    for (let sizes; (sizes = this.db.all<Size>(SIZES, userId, to, SIZES_AT_ONCE)).length > 0;) {
      let bytes = 0;
      for (const { id, size } of sizes) {
        bytes += size;
        if (bytes < PIECE_BYTES && id !== sizes.at(-1)?.id) continue;
        yield [id, to];
        [to, bytes] = [id, 0];
      }
    }
  }

  private holdsAll(userId: string, messageId: string, { words, prefix }: SearchTerms): boolean {
    const row = this.db.get<{ words: Buffer }>(WORDS, userId, messageId);
    const missing = new Set(words);
    let prefixFound = false;
    for (const word of row?.words.toString().split(' ') ?? []) {
      missing.delete(word);
      prefixFound ||= word.startsWith(prefix);
    }
    return prefixFound && missing.size === 0;
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
    this.db.run(
      'INSERT OR REPLACE INTO message_words (user_id, message_id, words) VALUES (?, ?, ?)',
      userId,
      id,
      Buffer.from(` ${[...words].join(' ')} `),
    );
  }
}

/** Sorts behind every id. */
const BEHIND_ALL = '~';

const NOTED = 'SELECT user_id, message_id FROM search_pending LIMIT ?';
const NOTED_OF = 'SELECT user_id, message_id FROM search_pending WHERE user_id = ? LIMIT ?';
const WORDS = 'SELECT words FROM message_words WHERE user_id = ? AND message_id = ?';

interface Size {
  id: string;
  size: number;
}
/** The length of a BLOB stands at the beginning of its row: none of its pages is read for it. */
const SIZES = `SELECT message_id AS id, length(words) AS size FROM message_words
  WHERE user_id = ? AND message_id < ? ORDER BY message_id DESC LIMIT ?`;

/** CROSS JOIN keeps the order: the words first. */
const FIND = `SELECT m.id, m.conversation_id, m.role, m.created_at, c.title
  FROM message_words w
  CROSS JOIN messages m ON m.id = w.message_id
  CROSS JOIN conversations c ON c.id = m.conversation_id
  WHERE w.user_id = ? AND w.message_id >= ? AND w.message_id < ? AND instr(w.words, ?) > 0 AND c.buried_at IS NULL
  ORDER BY w.message_id DESC`;

/** The longest of what is asked for, as it stands in a row: the fewest messages have it. A word holds no blank. */
function longestOf({ words, prefix }: SearchTerms): Buffer {
  const all = [` ${prefix}`, ...words.map((word) => ` ${word} `)];
  return Buffer.from(all.reduce((longest, one) => (one.length > longest.length ? one : longest)));
}
