import type { SqliteDatabase } from '../../../libs/sqlite/index.js';

/** Steps are only ever added. Each index names the question it answers. */
export const CHAT_STEPS = [
  `CREATE TABLE conversations (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    title TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    model TEXT NOT NULL,
    instructions TEXT,
    temperature REAL,
    pinned INTEGER NOT NULL,
    archived INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    newest_message_id TEXT,
    buried_at INTEGER
  );
  -- Conversations.list, newest activity first; Conversations.idsOfUser
  CREATE INDEX conversations_by_activity ON conversations (user_id, archived, updated_at, id);
  -- Conversations.list of the few pinned ones among many
  CREATE INDEX conversations_pinned ON conversations (user_id, archived, updated_at, id) WHERE pinned = 1;

  CREATE TABLE tombstones (
    conversation_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    buried_at INTEGER NOT NULL,
    removed_at INTEGER
  ) WITHOUT ROWID;
  -- Conversations.unfinishedBurials
  CREATE INDEX tombstones_unfinished ON tombstones (buried_at) WHERE removed_at IS NULL;
  -- Conversations.remove, which clears away old tombstones
  CREATE INDEX tombstones_finished ON tombstones (removed_at) WHERE removed_at IS NOT NULL;

  -- The text comes last: who does not ask for it reads none of its pages.
  CREATE TABLE messages (
    id TEXT NOT NULL PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    parent_id TEXT,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    endpoint TEXT,
    model TEXT,
    usage TEXT,
    error TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    params TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    owner TEXT,
    touched_at INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    deaths INTEGER NOT NULL,
    due_at INTEGER,
    spent TEXT,
    text TEXT NOT NULL
  );
  -- Messages.list, Conversations.remove
  CREATE INDEX messages_of_conversation ON messages (conversation_id, id);
  -- Messages.writingOfUser; writingOfConversation and untouched read all of it: only what is being written is in it
  CREATE INDEX messages_writing ON messages (user_id, conversation_id) WHERE status = 'generating';`,

  `-- What is stored and its words not yet; MessageSearch.search looks here first, for one user
  CREATE TABLE search_pending (
    user_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    PRIMARY KEY (user_id, message_id)
  ) WITHOUT ROWID;
  -- The index of builds before 0.2, empty since (takeOverIndex): one that somebody goes back to fills it again.
  -- Which message an entry of the index is. Its number sorts as the message's id does
  CREATE TABLE search_entries (entry INTEGER PRIMARY KEY, message_id TEXT NOT NULL);
  -- Only which entries hold a word: no text, no places. The words come cut and folded, "ascii" leaves them as they are
  CREATE VIRTUAL TABLE search_words USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
  );`,

  // Why the provider ended an answer. A build that does not know of it leaves it null.
  'ALTER TABLE messages ADD COLUMN finish_reason TEXT;',

  // With a rowid: rows of some kB fill its pages better.
  `CREATE TABLE message_words (
    user_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    words BLOB NOT NULL,
    -- MessageSearch.search, newest first
    PRIMARY KEY (user_id, message_id)
  );`,

  // A build that does not know of them leaves them as they are: of what it makes itself they say nothing.
  `ALTER TABLE messages ADD COLUMN needs INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE messages ADD COLUMN held_for TEXT;
  -- As messages_writing, which a build before 0.2 uses by name, and of every form
  CREATE INDEX messages_generating ON messages (user_id, conversation_id)
    WHERE status >= 'generating' AND status < 'generating0';`,

  // With the epoch that wrote them: what a build that does not know of them wrote since, they are not of.
  'ALTER TABLE messages ADD COLUMN parts TEXT;',
];

/** Beside these two rows, which are always there, FTS5 keeps what is in an index in its table of data (its documentation, 9.2). */
const LEFT = 'SELECT 1 AS yes FROM search_words_data WHERE id NOT IN (1, 10) LIMIT 1';

/**
 * Takes over from a build before 0.2, also from one that ran in between: FTS5 keeps the words of what was deleted until it
 * writes a segment anew. Its index is emptied, which is overwritten, and all messages are entered again, elsewhere.
 */
function takeOverIndex(db: SqliteDatabase): void {
  if (!db.get(LEFT)) return;
  db.transaction(() =>
    db.exec(`
      INSERT INTO search_words (search_words) VALUES ('delete-all');
      DELETE FROM search_entries;
      DELETE FROM message_words WHERE message_id NOT IN (SELECT id FROM messages);
      INSERT INTO search_pending (user_id, message_id)
        SELECT user_id, id FROM messages WHERE status IN ('complete', 'stopped', 'interrupted') ON CONFLICT DO NOTHING;`),
  );
}

/** Makes the tables of this feature. */
export function migrateChat(db: SqliteDatabase): void {
  db.migrate('chat', CHAT_STEPS);
  takeOverIndex(db);
}
