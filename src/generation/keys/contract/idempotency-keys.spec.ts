import { openDatabase, openOnClosed } from '../../../auth/database.testing.js';
import { idempotencyKeysContract } from './idempotency-keys.contract.js';
import type { OpenedKeys } from './idempotency-keys.testing.js';
import { KEY_LIFE_MS, type IdempotencyKeys } from '../idempotency-keys.js';
import { MemoryIdempotencyKeys } from '../memory/idempotency-keys.js';
import { useMongoKeys } from '../mongo/mongo-keys.testing.js';
import { SqliteIdempotencyKeys } from '../sqlite/idempotency-keys.js';

const mongo = useMongoKeys();
const ids = { conversationId: 'conversation', userMessageId: 'question', messageId: 'answer' };

/** Both reckon by this process's clock: what is kept ages when that is put forward. */
function ageing(keys: IdempotencyKeys, close: () => Promise<void> = async () => {}): OpenedKeys {
  const now = Date.now;
  let ahead = 0;
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
  return {
    keys,
    age: async (ms) => void (ahead += ms),
    close: () => {
      clock.mockRestore();
      return close();
    },
  };
}

async function openSqlite(): Promise<OpenedKeys> {
  const { db, close } = await openDatabase();
  return ageing(new SqliteIdempotencyKeys(db), close);
}

async function openClosedSqlite(): Promise<OpenedKeys> {
  const { store, close } = await openOnClosed((db) => new SqliteIdempotencyKeys(db));
  return { keys: store, age: async () => {}, close };
}

idempotencyKeysContract('memory', async () => ageing(new MemoryIdempotencyKeys()));
idempotencyKeysContract('sqlite', openSqlite, openClosedSqlite);
idempotencyKeysContract('mongo', mongo.open, mongo.openAway);

describe.each<[string, () => Promise<{ keys: IdempotencyKeys; close(): Promise<void> }>]>([
  ['MemoryIdempotencyKeys', async () => ({ keys: new MemoryIdempotencyKeys(), close: async () => {} })],
  [
    'SqliteIdempotencyKeys',
    async () => {
      const { db, close } = await openDatabase();
      return { keys: new SqliteIdempotencyKeys(db), close };
    },
  ],
])('%s, to the millisecond', (_, open) => {
  const T0 = 1_700_000_000_000;
  let keys: IdempotencyKeys;
  let close: () => Promise<void>;

  beforeEach(async () => {
    ({ keys, close } = await open());
    jest.spyOn(Date, 'now').mockReturnValue(T0);
    await keys.claim('user', 'a', 'print', ids);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await close();
  });
  const at = (ms: number) => jest.spyOn(Date, 'now').mockReturnValue(T0 + ms);

  it('takes over at the age that was asked for, not before', async () => {
    at(9_999);
    expect(await keys.takeOver('user', 'a', 10_000)).toBe(false);
    expect(await keys.unaccepted(10_000, 10)).toEqual([]);
    at(10_000);
    expect(await keys.unaccepted(10_000, 10)).toMatchObject([{ key: 'a', ageMs: 10_000 }]);
    expect(await keys.takeOver('user', 'a', 10_000)).toBe(true);
    expect(await keys.takeOver('user', 'a', 1)).toBe(false);
  });

  it('keeps a key for 24 h, not longer', async () => {
    at(KEY_LIFE_MS - 1);
    await keys.prune();
    expect(await keys.claim('user', 'a', 'other', ids)).toMatchObject({ ageMs: KEY_LIFE_MS - 1, fingerprint: 'print' });
    at(KEY_LIFE_MS);
    expect(await keys.get('user', 'a')).toBeNull();
    expect(await keys.unaccepted(0, 10)).toEqual([]);
    expect(await keys.claim('user', 'a', 'other', ids)).toBeNull();
  });

  it('knows no negative age, though the clock was set back', async () => {
    at(-60_000);
    expect(await keys.get('user', 'a')).toMatchObject({ ageMs: 0 });
    expect(await keys.unaccepted(0, 10)).toMatchObject([{ ageMs: 0 }]);
    expect(await keys.takeOver('user', 'a', 1)).toBe(false);
    expect(await keys.takeOver('user', 'a', 0)).toBe(true);
  });
});

describe('MemoryIdempotencyKeys', () => {
  it('keeps nothing of what has gone', async () => {
    const keys = new MemoryIdempotencyKeys();
    const { users, waiting } = keys as unknown as { users: Map<string, unknown>; waiting: Set<unknown> };
    const now = jest.spyOn(Date, 'now').mockReturnValue(1_700_000_000_000);
    for (const user of ['expired', 'freed', 'removed']) await keys.claim(user, 'a', 'print', ids);
    await keys.free('freed', 'a', ids.messageId);
    await keys.removeByUser('removed');
    now.mockReturnValue(1_700_000_000_000 + KEY_LIFE_MS);
    await keys.prune();
    now.mockRestore();
    expect([users.size, waiting.size]).toEqual([0, 0]);
  });
});

describe('SqliteIdempotencyKeys', () => {
  it('keeps its keys over a restart', async () => {
    const { db, reopen, close } = await openDatabase();
    const before = new SqliteIdempotencyKeys(db);
    await before.claim('user', 'a', 'print', ids);
    await before.accept('user', 'a', ids.messageId);
    await before.claim('user', 'b', 'print', ids);
    const after = new SqliteIdempotencyKeys(reopen());
    expect(await after.claim('user', 'a', 'other', ids)).toMatchObject({ ids, accepted: true, fingerprint: 'print' });
    expect(await after.unaccepted(0, 10)).toMatchObject([{ key: 'b', ids }]);
    await close();
  });

  it('takes nothing on where the disk is full, and still ends what it has', async () => {
    const { db, close } = await openDatabase();
    const keys = new SqliteIdempotencyKeys(db);
    await keys.claim('user', 'a', 'print', ids);
    await keys.claim('user', 'b', 'print', { ...ids, messageId: 'other' });
    const full = new Error('the disk is full');
    jest.spyOn(db, 'requireSpace').mockImplementation(() => {
      throw full;
    });
    await expect(keys.claim('user', 'c', 'print', ids)).rejects.toBe(full);
    await keys.accept('user', 'a', ids.messageId);
    expect(await keys.get('user', 'a')).toMatchObject({ accepted: true });
    await keys.free('user', 'b', 'other');
    expect(await keys.get('user', 'b')).toBeNull();
    await close();
  });
});
