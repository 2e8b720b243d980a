import { v7 } from 'uuid';
import { isCode } from '../../../../libs/errors/index.js';
import type { Role, User, UserStore } from '../user-store.js';
import { userSearchContract } from './user-store-search.contract.js';

interface Opened {
  store: UserStore;
  close(): Promise<void>;
}

/** What every UserStore must do. `openBroken`: one whose backend does not answer. */
export function userStoreContract(name: string, open: () => Promise<Opened>, openBroken?: () => Promise<Opened>): void {
  describe(`UserStore: ${name}`, () => {
    let opened: Opened;
    let store: UserStore;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    const draft = (email: string, role: Role | 'first' = 'user') => ({
      id: v7(),
      name: 'Ada',
      email,
      passwordHash: `hash of ${email}`,
      role,
    });
    const make = (email: string, role: Role | 'first' = 'user'): Promise<User> => store.create(draft(email, role));

    it('gives back what was made, by id and by e-mail, whatever its case', async () => {
      const before = Date.now();
      const made = await store.create({ ...draft('x'), email: 'Ada@Example.org', name: 'Ada L’♥ "x"' });
      expect(made).toEqual({
        id: made.id,
        name: 'Ada L’♥ "x"',
        email: 'ada@example.org',
        passwordHash: 'hash of x',
        role: 'user',
        disabled: false,
        deleting: false,
        createdAt: expect.any(Date),
      });
      expect(+made.createdAt).toBeGreaterThanOrEqual(before - 1000);
      expect(await store.findById(made.id)).toEqual(made);
      expect(await store.findByEmail('ADA@example.ORG')).toEqual(made);
    });

    it('hands out copies', async () => {
      const { id } = await make('a@x.org');
      (await store.findById(id))!.name = 'changed outside';
      expect((await store.findById(id))!.name).toBe('Ada');
    });

    it('knows nothing of an unknown id or e-mail', async () => {
      const id = v7();
      expect(await store.findById(id)).toBeNull();
      expect(await store.findById('no uuid')).toBeNull();
      expect(await store.findByEmail('nobody@x.org')).toBeNull();
      expect(await store.rename(id, 'n')).toBeNull();
      expect(await store.setPasswordHash(id, 'h')).toBe(false);
      expect(await store.change(id, { role: 'admin' })).toBeNull();
      expect(await store.markDeleting(id)).toBe(false);
      await store.remove(id);
    });

    it('makes exactly one first admin, however many come at once', async () => {
      expect(await store.everHadUser()).toBe(false);
      const made = await Promise.all(Array.from({ length: 20 }, (_, i) => make(`u${i}@x.org`, 'first')));
      expect(made.filter(({ role }) => role === 'admin')).toHaveLength(1);
      expect(await store.everHadUser()).toBe(true);
    });

    it('makes no second first admin after the first was removed', async () => {
      const first = await make('a@x.org', 'first');
      expect(first.role).toBe('admin');
      await store.markDeleting(first.id);
      await store.remove(first.id);
      expect(await store.everHadUser()).toBe(true);
      expect((await make('b@x.org', 'first')).role).toBe('user');
    });

    it('counts an account with a given role as the first', async () => {
      expect((await make('a@x.org', 'user')).role).toBe('user');
      expect((await make('b@x.org', 'first')).role).toBe('user');
      expect((await make('c@x.org', 'admin')).role).toBe('admin');
    });

    it('gives an e-mail to one of many at once, and again once it is free', async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 10 }, (_, i) => make(i % 2 ? 'A@x.org' : 'a@X.org')),
      );
      const made = results.filter((result) => result.status === 'fulfilled');
      expect(made).toHaveLength(1);
      const refused = results.filter((result) => result.status === 'rejected');
      expect(refused.every(({ reason }) => isCode(reason, 'email_taken') && reason.status === 409)).toBe(true);
      await store.remove(made[0].value.id);
      expect((await make('a@x.org')).email).toBe('a@x.org');
    });

    it('a refused account does not use up the first place', async () => {
      // Nothing is there that could refuse the very first one but a concurrent one of the same e-mail.
      await Promise.allSettled([make('a@x.org', 'first'), make('a@x.org', 'first')]);
      const { items } = await store.list({ limit: 10 });
      expect(items.map(({ role }) => role)).toEqual(['admin']);
    });

    it('lists oldest first, page by page, without holes', async () => {
      const emails = Array.from({ length: 7 }, (_, i) => `u${i}@x.org`);
      const made: User[] = [];
      for (const email of emails) made.push(await make(email));
      const seen: User[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.list({ limit: 3, cursor });
        expect(page.items.length).toBeLessThanOrEqual(3);
        seen.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(seen).toEqual(made);
      expect((await store.list({ limit: 7 })).nextCursor).toBeNull();
    });

    userSearchContract(() => store);

    it('refuses a cursor that is none', async () => {
      await expect(store.list({ limit: 3, cursor: 'nonsense' })).rejects.toMatchObject({ code: 'validation_failed' });
    });

    it('renames one and no other', async () => {
      const [a, b] = [await make('a@x.org'), await make('b@x.org')];
      expect(await store.rename(a.id, 'Grace')).toEqual({ ...a, name: 'Grace' });
      expect(await store.findById(a.id)).toEqual({ ...a, name: 'Grace' });
      expect(await store.findById(b.id)).toEqual(b);
    });

    it('replaces a hash, with an expected one only while that stands', async () => {
      const { id, passwordHash } = await make('a@x.org');
      const other = await make('b@x.org');
      expect(await store.setPasswordHash(id, 'wrong', 'another')).toBe(false);
      const results = await Promise.all(
        ['h1', 'h2', 'h3'].map((hash) => store.setPasswordHash(id, hash, passwordHash)),
      );
      expect(results.filter(Boolean)).toHaveLength(1);
      expect(await store.setPasswordHash(id, 'last')).toBe(true);
      expect((await store.findById(id))!.passwordHash).toBe('last');
      expect(await store.findById(other.id)).toEqual(other);
    });

    it('changes role and state, and only what is given', async () => {
      await make('root@x.org', 'admin');
      const { id } = await make('a@x.org');
      expect(await store.change(id, { role: 'admin' })).toMatchObject({ role: 'admin', disabled: false });
      expect(await store.change(id, { disabled: true })).toMatchObject({ role: 'admin', disabled: true });
      expect(await store.change(id, {})).toMatchObject({ role: 'admin', disabled: true });
      expect(await store.change(id, { role: 'user', disabled: false })).toMatchObject({
        role: 'user',
        disabled: false,
      });
      expect(await store.findById(id)).toMatchObject({ role: 'user', disabled: false });
    });

    describe('the last admin', () => {
      const refused = { code: 'last_admin', status: 409 };

      it('is neither demoted nor disabled', async () => {
        const admin = await make('a@x.org', 'admin');
        await make('b@x.org');
        await expect(store.change(admin.id, { role: 'user' })).rejects.toMatchObject(refused);
        await expect(store.change(admin.id, { disabled: true })).rejects.toMatchObject(refused);
        expect(await store.findById(admin.id)).toEqual(admin);
        expect(await store.change(admin.id, { role: 'admin', disabled: false })).toEqual(admin);
      });

      it.each(['disabled', 'being deleted'])('is the last one also beside an admin who is %s', async (state) => {
        const [a, b] = [await make('a@x.org', 'admin'), await make('b@x.org', 'admin')];
        if (state === 'disabled') await store.change(b.id, { disabled: true });
        else await store.markDeleting(b.id);
        await expect(store.change(a.id, { role: 'user' })).rejects.toMatchObject(refused);
      });

      it('of two who resign at once stays one', async () => {
        const [a, b] = [await make('a@x.org', 'admin'), await make('b@x.org', 'admin')];
        const results = await Promise.allSettled([a, b].map(({ id }) => store.change(id, { role: 'user' })));
        expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
        const roles = (await store.list({ limit: 10 })).items.map(({ role }) => role);
        expect(roles.sort()).toEqual(['admin', 'user']);
      });

      it('can be deleted only where nobody else remains', async () => {
        const admin = await make('a@x.org', 'admin');
        const other = await make('b@x.org');
        await expect(store.markDeleting(admin.id)).rejects.toMatchObject(refused);
        expect((await store.findById(admin.id))!.deleting).toBe(false);
        await store.markDeleting(other.id);
        expect(await store.markDeleting(admin.id)).toBe(true);
      });

      it('another change of a disabled admin is no question of the last one', async () => {
        await make('a@x.org', 'admin');
        const b = await make('b@x.org', 'admin');
        await store.change(b.id, { disabled: true });
        expect(await store.change(b.id, { role: 'user' })).toMatchObject({ role: 'user', disabled: true });
      });
    });

    it('deletes in two steps, each any number of times', async () => {
      const [a, b] = [await make('a@x.org'), await make('b@x.org')];
      expect(await store.deleting()).toEqual([]);
      expect(await store.markDeleting(a.id)).toBe(true);
      expect(await store.markDeleting(a.id)).toBe(true);
      expect(await store.deleting()).toEqual([{ ...a, deleting: true }]);
      await store.remove(a.id);
      await store.remove(a.id);
      expect(await store.deleting()).toEqual([]);
      expect(await store.findById(a.id)).toBeNull();
      expect(await store.findByEmail('a@x.org')).toBeNull();
      expect(await store.findById(b.id)).toEqual(b);
    });

    if (!openBroken) return;
    it('rejects with dependency_down where the backend does not answer', async () => {
      const broken = await openBroken();
      const calls: Array<() => Promise<unknown>> = [
        () => broken.store.create(draft('a@x.org')),
        () => broken.store.everHadUser(),
        () => broken.store.findById('id'),
        () => broken.store.findByEmail('a@x.org'),
        () => broken.store.list({ limit: 1 }),
        () => broken.store.list({ limit: 1 }, 'q'),
        () => broken.store.rename('id', 'n'),
        () => broken.store.setPasswordHash('id', 'h'),
        () => broken.store.change('id', { disabled: true }),
        () => broken.store.markDeleting('id'),
        () => broken.store.deleting(),
        () => broken.store.remove('id'),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'dependency_down', status: 503 });
      await broken.close();
    });
  });
}
