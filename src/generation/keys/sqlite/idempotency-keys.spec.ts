import { openDatabase, openOnClosed } from '../../../auth/database.testing.js';
import { keysToTheMillisecond } from '../contract/idempotency-keys-clock.contract.js';
import { idempotencyKeysContract } from '../contract/idempotency-keys.contract.js';
import { ageing, type OpenedKeys } from '../contract/idempotency-keys.testing.js';
import { SqliteIdempotencyKeys } from './idempotency-keys.js';

const ids = { conversationId: 'conversation', userMessageId: 'question', messageId: 'answer' };

async function openSqlite(): Promise<OpenedKeys> {
  const { db, close } = await openDatabase();
  return ageing(new SqliteIdempotencyKeys(db), close);
}

async function openClosedSqlite(): Promise<OpenedKeys> {
  const { store, close } = await openOnClosed((db) => new SqliteIdempotencyKeys(db));
  return { keys: store, age: async () => {}, close };
}

idempotencyKeysContract('sqlite', openSqlite, openClosedSqlite);

keysToTheMillisecond('SqliteIdempotencyKeys', async () => {
  const { db, close } = await openDatabase();
  return { keys: new SqliteIdempotencyKeys(db), close };
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
