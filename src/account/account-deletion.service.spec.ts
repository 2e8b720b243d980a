import { dependencyDown } from '../../libs/errors/index.js';
import { RecordedSignals } from '../auth/auth.testing.js';
import { MemorySessionStore } from '../auth/sessions/memory/session-store.js';
import { SecurityEvents } from '../auth/accounts/security-events.service.js';
import type { ApiKeys } from '../auth/accounts/api-keys.service.js';
import { Sessions } from '../auth/accounts/sessions.service.js';
import { MemoryUserStore } from '../auth/users/memory/user-store.js';
import type { Conversations } from '../chat/store/index.js';
import { testConfig } from '../config/config.testing.js';
import type { FileRemoval } from '../files/keeping/file-removal.service.js';
import type { ConversationDeletion } from '../generation/control/conversation-deletion.service.js';
import type { IdempotencyKeys } from '../generation/keys/idempotency-keys.js';
import { Notices } from '../notices/notices.service.js';
import { AccountDeletion } from './account-deletion.service.js';

/** Accounts and sessions in memory; conversations and keys as bare ids. */
function open() {
  const users = new MemoryUserStore();
  const store = new MemorySessionStore();
  const signals = new RecordedSignals();
  const sessions = new Sessions(store, new Notices(signals), new SecurityEvents(testConfig()), testConfig());
  const rows = new Map<string, string[]>();
  const keys = new Map<string, string[]>();
  const fake = {
    stuck: false,
    deleted: [] as string[],
    rows,
    keys,
    idsOfUser: async (userId: string, limit: number) => (rows.get(userId) ?? []).slice(0, limit),
    delete: async (userId: string, id: string) => {
      if (fake.stuck) return false;
      fake.deleted.push(id);
      const left = (rows.get(userId) ?? []).filter((other) => other !== id);
      rows.set(userId, left);
      return true;
    },
    removeByUser: async (userId: string) => void keys.delete(userId),
    files: [] as string[],
    apiKeys: [] as string[],
    deleteAllOf: async (userId: string) => void fake.files.push(userId),
  };
  const deletion = new AccountDeletion(
    users,
    sessions,
    { removeAllOf: async (userId: string) => void fake.apiKeys.push(userId) } as unknown as ApiKeys,
    fake as unknown as Conversations,
    fake as unknown as ConversationDeletion,
    fake as unknown as IdempotencyKeys,
    fake as unknown as FileRemoval,
  );
  const add = async (id: string, conversations: number) => {
    await users.create({ id, name: id, email: `${id}@x.org`, passwordHash: 'h', role: 'first' });
    const session = await sessions.create(id, { address: '', userAgent: '' });
    const ids = Array.from({ length: conversations }, (_, i) => `${id}-${i}`);
    rows.set(id, ids);
    keys.set(id, ['key']);
    return session.id;
  };
  return { users, store, signals, fake, deletion, add };
}

/** As whoever is asked to delete an account does. */
async function erase(deletion: AccountDeletion, userId: string): Promise<boolean> {
  if (!(await deletion.begin(userId))) return false;
  await deletion.finish(userId);
  return true;
}

describe('AccountDeletion', () => {
  it('removes everything of one user and nothing of another', async () => {
    const { users, store, signals, fake, deletion, add } = open();
    const kept = await add('admin', 3);
    const session = await add('ada', 250);
    expect(await erase(deletion, 'ada')).toBe(true);
    expect(await users.findById('ada')).toBeNull();
    expect(signals.revoked).toEqual([session]);
    expect(fake.deleted).toHaveLength(250);
    expect([...fake.keys.keys()]).toEqual(['admin']);
    expect(fake.files).toEqual(['ada']);
    expect(fake.apiKeys).toEqual(['ada']);
    expect(fake.rows.get('admin')).toHaveLength(3);
    expect(await store.get(kept)).not.toBeNull();
    expect(await erase(deletion, 'ada')).toBe(false);
  });

  it('ends the sessions before the data goes, and the row last', async () => {
    const { users, store, fake, deletion, add } = open();
    await add('ada', 1);
    const remove = fake.delete;
    fake.delete = async (userId, id) => {
      expect(await store.listByUser('ada')).toEqual([]);
      expect(await users.findById('ada')).toMatchObject({ deleting: true });
      return remove(userId, id);
    };
    await erase(deletion, 'ada');
    expect(fake.deleted).toEqual(['ada-0']);
  });

  it('does nothing to the last admin while others remain', async () => {
    const { users, store, fake, deletion, add } = open();
    const session = await add('admin', 2);
    await add('ada', 0);
    await expect(erase(deletion, 'admin')).rejects.toMatchObject({ code: 'last_admin' });
    expect(await users.findById('admin')).toMatchObject({ deleting: false });
    expect(await store.get(session)).not.toBeNull();
    expect(fake.deleted).toEqual([]);
  });

  it('goes on where it stopped', async () => {
    const { users, fake, deletion, add } = open();
    await add('admin', 1);
    await add('ada', 5);
    const remove = fake.delete;
    fake.delete = async (userId, id) => {
      if (id === 'ada-3') throw dependencyDown('database');
      return remove(userId, id);
    };
    await expect(erase(deletion, 'ada')).rejects.toMatchObject({ code: 'dependency_down' });
    expect(await users.findById('ada')).toMatchObject({ deleting: true });
    await expect(deletion.resume()).rejects.toMatchObject({ code: 'dependency_down' });

    fake.delete = remove;
    await deletion.resume();
    await deletion.resume();
    expect(await users.findById('ada')).toBeNull();
    expect([...fake.deleted].sort()).toEqual([0, 1, 2, 3, 4].map((i) => `ada-${i}`));
    expect(await users.findById('admin')).toMatchObject({ deleting: false });
  });

  it('one that fails does not hold up the others', async () => {
    const { users, fake, deletion, add } = open();
    await add('admin', 0);
    for (const id of ['ada', 'bob']) {
      await add(id, 1);
      await users.markDeleting(id);
    }
    const remove = fake.delete;
    fake.delete = async (userId, id) => {
      if (userId === 'ada') throw dependencyDown('database');
      return remove(userId, id);
    };
    await expect(deletion.resume()).rejects.toMatchObject({ code: 'dependency_down' });
    expect(await users.findById('bob')).toBeNull();
  });

  it('is done once where it is asked for twice', async () => {
    const { users, fake, deletion, add } = open();
    await add('ada', 20);
    await Promise.all([erase(deletion, 'ada'), erase(deletion, 'ada'), deletion.resume()]);
    expect(fake.deleted).toHaveLength(20);
    expect(await users.findById('ada')).toBeNull();
  });

  it('gives up, for now, where a conversation does not go', async () => {
    const { users, fake, deletion, add } = open();
    await add('ada', 2);
    fake.stuck = true;
    await expect(erase(deletion, 'ada')).rejects.toMatchObject({ code: 'dependency_down', status: 503 });
    fake.stuck = false;
    await deletion.resume();
    expect(await users.findById('ada')).toBeNull();
  });

  it('takes along a conversation that came in meanwhile', async () => {
    const { fake, deletion, add } = open();
    await add('ada', 1);
    const removeByUser = fake.removeByUser;
    fake.removeByUser = async (userId) => {
      fake.rows.set(userId, ['late']);
      return removeByUser(userId);
    };
    await erase(deletion, 'ada');
    expect(fake.deleted).toEqual(['ada-0', 'late']);
  });
});
