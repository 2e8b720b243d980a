import { v7 } from 'uuid';
import type { Session, SessionStore } from '../session-store.js';

interface Opened {
  store: SessionStore;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
const GRACE_MS = 10_000;

/** What every SessionStore must do. `openBroken`: one whose backend does not answer. */
export function sessionStoreContract(
  name: string,
  open: () => Promise<Opened>,
  openBroken?: () => Promise<Opened>,
): void {
  describe(`SessionStore: ${name}`, () => {
    let opened: Opened;
    let store: SessionStore;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    const ahead = (ms: number) => new Date(Date.now() + ms);
    const draft = (more: Partial<Session> = {}): Session => ({
      id: v7(),
      userId: v7(),
      createdAt: ahead(-5000),
      lastUsedAt: ahead(-5000),
      expiresAt: ahead(DAY_MS),
      address: '2001:db8::1',
      userAgent: 'A browser “1.0”',
      usedToken: -1,
      ...more,
    });
    const make = async (more: Partial<Session> = {}): Promise<Session> => {
      const session = draft(more);
      await store.create(session);
      return session;
    };
    const rotate = (id: string, token: number, graceMs = GRACE_MS, who = 'ada') =>
      store.rotate(id, token, graceMs, ahead(DAY_MS), who);
    const until = async (condition: () => Promise<boolean>) => {
      while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
    };

    it('gives back what was made', async () => {
      const session = await make();
      expect(await store.get(session.id)).toEqual(session);
    });

    it('knows nothing of an unknown id', async () => {
      expect(await store.get('no uuid')).toBeNull();
      expect(await rotate(v7(), 0)).toBeNull();
      expect(await store.remove(v7())).toBe(false);
      expect(await store.removeByUser(v7())).toEqual([]);
      expect(await store.listByUser(v7())).toEqual([]);
      await store.touch(v7());
    });

    it('lists a user’s own, newest first', async () => {
      const userId = v7();
      const old = await make({ userId, createdAt: ahead(-2 * DAY_MS) });
      const young = await make({ userId, createdAt: ahead(-1000) });
      const middle = await make({ userId, createdAt: ahead(-DAY_MS) });
      await make();
      expect(await store.listByUser(userId)).toEqual([young, middle, old]);
    });

    it('removes one: true for exactly one of several at once', async () => {
      const [a, b] = [await make(), await make()];
      const results = await Promise.all([store.remove(a.id), store.remove(a.id), store.remove(a.id)]);
      expect(results.filter(Boolean)).toHaveLength(1);
      expect(await store.get(a.id)).toBeNull();
      expect(await store.listByUser(a.userId)).toEqual([]);
      expect(await store.get(b.id)).toEqual(b);
    });

    it('removes all of a user, or all but one, and says which', async () => {
      const userId = v7();
      const [a, b, c] = [await make({ userId }), await make({ userId }), await make({ userId })];
      const other = await make();
      expect((await store.removeByUser(userId, b.id)).sort()).toEqual([a.id, c.id].sort());
      expect(await store.listByUser(userId)).toEqual([b]);
      expect(await store.removeByUser(userId, other.id)).toEqual([b.id]);
      expect(await store.get(other.id)).toEqual(other);
    });

    it('notes the use, and brings nothing back', async () => {
      const [session, other] = [await make(), await make()];
      const before = Date.now();
      await store.touch(session.id);
      const { lastUsedAt, ...rest } = (await store.get(session.id))!;
      expect(+lastUsedAt).toBeGreaterThanOrEqual(before - 1000);
      const { lastUsedAt: _, ...unchanged } = session;
      expect(rest).toEqual(unchanged);
      expect(await store.get(other.id)).toEqual(other);

      await store.remove(session.id);
      await store.touch(session.id);
      expect(await store.get(session.id)).toBeNull();
      expect(await store.listByUser(session.userId)).toEqual([]);
    });

    describe('expiry', () => {
      it.each([0, -1, -30 * DAY_MS])('one that ends %i ms from now is absent', async (ms) => {
        const session = await make({ expiresAt: ahead(ms) });
        expect(await store.get(session.id)).toBeNull();
        expect(await store.listByUser(session.userId)).toEqual([]);
        expect(await rotate(session.id, 0)).toBeNull();
        await store.touch(session.id);
        expect(await store.get(session.id)).toBeNull();
        expect(await store.remove(session.id)).toBe(false);
        expect(await store.removeByUser(session.userId)).toEqual([]);
      });

      it('comes while nobody looks', async () => {
        const session = await make({ expiresAt: ahead(60) });
        expect(await store.get(session.id)).toEqual(session);
        await until(async () => (await store.get(session.id)) === null);
        expect(Date.now()).toBeGreaterThanOrEqual(+session.expiresAt);
      });

      it('holds beyond 25 days', async () => {
        const session = await make({ expiresAt: ahead(400 * DAY_MS) });
        await store.prune();
        expect(await store.get(session.id)).toEqual(session);
      });

      it('is moved by a rotation', async () => {
        const session = await make({ expiresAt: ahead(60_000) });
        const expiresAt = ahead(30 * DAY_MS);
        expect(await store.rotate(session.id, 0, GRACE_MS, expiresAt, 'ada')).toMatchObject({ session: { expiresAt } });
        expect(await store.get(session.id)).toMatchObject({ expiresAt });
      });

      it('pruning leaves what still lives', async () => {
        const userId = v7();
        await make({ userId, expiresAt: ahead(-1) });
        const alive = await make({ userId });
        await store.prune();
        expect(await store.listByUser(userId)).toEqual([alive]);
      });
    });

    describe('rotation', () => {
      it('counts the tokens up and tells the session', async () => {
        const session = await make();
        for (const token of [0, 1, 2]) {
          const result = await rotate(session.id, token);
          expect(result).toMatchObject({ session: { id: session.id, userId: session.userId, usedToken: token } });
          expect(await store.get(session.id)).toEqual((result as { session: Session }).session);
        }
        expect(+(await store.get(session.id))!.lastUsedAt).toBeGreaterThan(+session.lastUsedAt);
      });

      it('takes the newest token any number of times, without grace too', async () => {
        const { id } = await make();
        for (const token of [0, 0, 0, 1, 1]) {
          expect(await rotate(id, token, 0)).toMatchObject({ session: { usedToken: token } });
        }
      });

      it('takes the token before for the time of grace, which leaves the newest as it is', async () => {
        const { id } = await make();
        await rotate(id, 0);
        await rotate(id, 1);
        expect(await rotate(id, 0)).toMatchObject({ session: { usedToken: 1 } });
        expect(await rotate(id, 0)).toMatchObject({ session: { usedToken: 1 } });
        expect(await rotate(id, 2)).toMatchObject({ session: { usedToken: 2 } });
      });

      it('the grace begins with the first use of the successor and is not prolonged', async () => {
        const { id } = await make();
        await rotate(id, 0);
        await rotate(id, 1);
        const first = Date.now();
        let result = await rotate(id, 0, 80);
        while (result !== 'reused') {
          await new Promise((resolve) => setTimeout(resolve, 5));
          await rotate(id, 1, 80);
          result = await rotate(id, 0, 80);
        }
        expect(Date.now() - first).toBeGreaterThanOrEqual(75);
        expect(await store.get(id)).toBeNull();
      });

      it.each([
        ['without grace, the one before', [0, 1], 0, 0],
        ['one two before, within the grace', [0, 1, 2], 0, GRACE_MS],
      ])('ends the session at %s', async (_, before, token, graceMs) => {
        const session = await make();
        const other = await make({ userId: session.userId });
        for (const used of before) await rotate(session.id, used);
        expect(await rotate(session.id, token, graceMs)).toBe('reused');
        expect(await store.get(session.id)).toBeNull();
        expect(await rotate(session.id, token, graceMs)).toBeNull();
        expect(await store.listByUser(session.userId)).toEqual([other]);
      });

      it.each([
        ['the last use', [0, 1], 3],
        ['many uses', [], 7],
      ])('takes a token that is ahead, where the store has lost %s', async (_, before, token) => {
        const { id } = await make();
        for (const used of before) expect(await rotate(id, used)).toMatchObject({ ahead: false });
        expect(await rotate(id, token)).toMatchObject({ ahead: true, shared: false, session: { usedToken: token } });
        expect(await store.get(id)).toMatchObject({ usedToken: token });
        expect(await rotate(id, token)).toMatchObject({ ahead: false });
        expect(await rotate(id, token + 1)).toMatchObject({ ahead: false, session: { usedToken: token + 1 } });
        // Whoever holds an older one is found out as ever.
        expect(await rotate(id, token - 1)).toBe('reused');
        expect(await store.get(id)).toBeNull();
      });

      it('many at once with the same token all get in', async () => {
        const { id } = await make();
        const results = await Promise.all(Array.from({ length: 20 }, () => rotate(id, 0)));
        expect(results.every((result) => typeof result === 'object' && result?.session.usedToken === 0)).toBe(true);
      });

      it('brings a removed session not back', async () => {
        const { id } = await make();
        await Promise.all([rotate(id, 0), store.remove(id), rotate(id, 0)]);
        expect(await store.get(id)).toBeNull();
        expect(await rotate(id, 1)).toBeNull();
      });
    });

    describe('two who refresh in step', () => {
      const by = (who: string) => (id: string, token: number) => rotate(id, token, GRACE_MS, who);
      const [ada, eve] = [by('ada'), by('eve')];
      const once = expect.objectContaining({ shared: false });
      const shared = expect.objectContaining({ shared: true });

      it('are told from one who asks again', async () => {
        const { id } = await make();
        for (const token of [0, 0, 1, 0, 1]) expect(await ada(id, token)).toEqual(once);
        expect(await eve(id, 1)).toEqual(shared);
        expect(await ada(id, 1)).toEqual(once);
      });

      it('end the session at the third token that both presented', async () => {
        const { id, userId } = await make();
        for (const token of [0, 1]) {
          expect(await ada(id, token)).toEqual(once);
          expect(await eve(id, token)).toEqual(shared);
        }
        // The other may be the first, too, and the token the one before.
        expect(await eve(id, 2)).toEqual(once);
        expect(await ada(id, 1)).toBe('shared');
        expect(await store.get(id)).toBeNull();
        expect(await store.listByUser(userId)).toEqual([]);
      });

      it('end it at the third time, also with one token', async () => {
        const { id } = await make();
        await ada(id, 0);
        expect([await eve(id, 0), await eve(id, 0), await eve(id, 0)]).toEqual([shared, shared, 'shared']);
      });

      it('are no two where a token between was presented by one alone', async () => {
        const { id } = await make();
        for (let token = 0; token < 10; token += 2) {
          await ada(id, token);
          expect(await eve(id, token)).toEqual(shared);
          expect(await ada(id, token + 1)).toEqual(once);
        }
      });

      it('end it once, however many come at the same moment', async () => {
        const { id } = await make();
        await ada(id, 0);
        const results = await Promise.all(Array.from({ length: 8 }, () => eve(id, 0)));
        expect(results.filter((result) => result === 'shared')).toHaveLength(1);
        expect(results.filter((result) => result === null)).toHaveLength(5);
      });
    });

    if (!openBroken) return;
    it('rejects with dependency_down where the backend does not answer', async () => {
      const broken = await openBroken();
      const calls: Array<() => Promise<unknown>> = [
        () => broken.store.create(draft()),
        () => broken.store.get('id'),
        () => broken.store.rotate('id', 0, GRACE_MS, ahead(DAY_MS), 'ada'),
        () => broken.store.touch('id'),
        () => broken.store.listByUser('id'),
        () => broken.store.remove('id'),
        () => broken.store.removeByUser('id'),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'dependency_down', status: 503 });
      await broken.close();
    });
  });
}
