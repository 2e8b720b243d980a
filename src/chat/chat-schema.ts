import type { SqliteDatabase } from '../../libs/sqlite/index.js';

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

  `-- What is stored and not yet in the index of words; MessageSearch.search looks here first, for one user
  CREATE TABLE search_pending (
    user_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    PRIMARY KEY (user_id, message_id)
  ) WITHOUT ROWID;
  -- Which message an entry of the index is. Its number sorts as the message's id does
  CREATE TABLE search_entries (entry INTEGER PRIMARY KEY, message_id TEXT NOT NULL);
  -- Only which entries hold a word: no text, no places. The words come cut and folded, "ascii" leaves them as they are
  CREATE VIRTUAL TABLE search_words USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
  );`,

  // Why the provider ended an answer. A build that does not know of it leaves it null.
  'ALTER TABLE messages ADD COLUMN finish_reason TEXT;',

  // FTS5 keeps the words of what was deleted until it writes a segment anew; all messages are entered again, elsewhere.
  // With a rowid: rows of some kB fill its pages better.
  `DROP TABLE search_words;
  DROP TABLE search_entries;
  CREATE TABLE message_words (
    user_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    words BLOB NOT NULL,
    -- MessageSearch.search, newest first
    PRIMARY KEY (user_id, message_id)
  );
  INSERT INTO search_pending (user_id, message_id)
    SELECT user_id, id FROM messages WHERE status <> 'generating' ON CONFLICT DO NOTHING;`,
];

/** Makes the tables of this feature; each adapter that uses them calls it. */
export function migrateChat(db: SqliteDatabase): void {
  db.migrate('chat', CHAT_STEPS);
}
