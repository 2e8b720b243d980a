/** Steps are only ever added. Each index names the question it answers. */
export const API_KEY_STEPS = [
  `CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    hash TEXT NOT NULL,
    scopes TEXT NOT NULL,
    models TEXT,
    expires_at INTEGER,
    tokens_per_day INTEGER,
    last_used_at INTEGER,
    created_at INTEGER NOT NULL
  );
  -- ApiKeyStore.findByHash
  CREATE UNIQUE INDEX api_keys_by_hash ON api_keys (hash);
  -- ApiKeyStore.listByUser, create, removeByUser
  CREATE INDEX api_keys_of_user ON api_keys (user_id, id);`,
];
