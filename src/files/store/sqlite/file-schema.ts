/** Steps are only ever added. Each index names the question it answers. */
export const FILE_STEPS = [
  `CREATE TABLE files (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    filename TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    width INTEGER,
    height INTEGER,
    pages INTEGER,
    state TEXT NOT NULL,
    error TEXT,
    created_at INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    content_id TEXT NOT NULL,
    holders TEXT NOT NULL,
    check_at INTEGER,
    deleting INTEGER NOT NULL,
    reader TEXT,
    touched_at INTEGER NOT NULL,
    kills INTEGER NOT NULL
  );
  -- FileRows.list; Reservations.usedBytes, which needs nothing but this
  CREATE INDEX files_of_user ON files (user_id, id, size);
  -- FileRows.unchecked
  CREATE INDEX files_unchecked ON files (check_at) WHERE check_at IS NOT NULL;
  -- FileRows.markUnheld
  CREATE INDEX files_unheld ON files (created_at) WHERE holders = '[]' AND deleting = 0;
  -- FileRows.deleting
  CREATE INDEX files_deleting ON files (user_id) WHERE deleting = 1;
  -- Readings.unread, waiting
  CREATE INDEX files_processing ON files (id) WHERE state = 'processing' AND deleting = 0;
  -- ContentRecords.beginRemoval
  CREATE INDEX files_of_content ON files (content_id);

  -- The holders of files, the other way round
  CREATE TABLE file_holders (
    holder TEXT NOT NULL,
    file_id TEXT NOT NULL,
    PRIMARY KEY (holder, file_id)
  ) WITHOUT ROWID;

  CREATE TABLE file_reservations (
    user_id TEXT NOT NULL,
    id TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, id)
  ) WITHOUT ROWID;

  CREATE TABLE file_contents (
    id TEXT NOT NULL PRIMARY KEY,
    sha256 TEXT NOT NULL,
    deleting INTEGER NOT NULL,
    due_at INTEGER,
    read TEXT
  );
  -- ContentRecords.open; and that there is one
  CREATE UNIQUE INDEX file_contents_by_hash ON file_contents (sha256) WHERE deleting = 0;
  -- ContentRecords.due
  CREATE INDEX file_contents_due ON file_contents (due_at) WHERE due_at IS NOT NULL AND deleting = 0;
  -- ContentRecords.rest, one row at most
  CREATE TABLE file_rests (id INTEGER NOT NULL PRIMARY KEY, until INTEGER NOT NULL);
  -- ContentRecords.leaving
  CREATE INDEX file_contents_leaving ON file_contents (id) WHERE deleting = 1;`,
];
