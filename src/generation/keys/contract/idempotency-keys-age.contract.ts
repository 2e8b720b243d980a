import { v7 } from 'uuid';
import * as support from './idempotency-keys.testing.js';
import { HOUR_MS, MINUTE_MS, newIds, times, type OpenedKeys } from './idempotency-keys.testing.js';
import { KEY_LIFE_MS, type IdempotencyKeys } from '../idempotency-keys.js';

/** The end of keys, and what the sweep asks for: part of `idempotencyKeysContract`. */
export function idempotencyKeysAgeContract(opened: () => OpenedKeys): void {
  let keys: IdempotencyKeys;
  let user: string;
  beforeEach(() => {
    keys = opened().keys;
    user = v7();
  });
  const claim = (key: string, userId = user) => support.claim(keys, userId, key);
  const accepted = async (key: string) => (await keys.get(user, key))?.accepted;
  const unaccepted = (olderThanMs?: number, limit?: number) => support.unaccepted(keys, olderThanMs, limit);

  describe('after 24 h', () => {
    beforeEach(async () => {
      const ids = await claim('accepted');
      await keys.accept(user, 'accepted', ids.messageId);
      await claim('waiting');
    });

    it('a key is absent, whether or not somebody pruned', async () => {
      await opened().age(KEY_LIFE_MS - MINUTE_MS);
      expect([await accepted('accepted'), await accepted('waiting')]).toEqual([true, false]);
      await opened().age(MINUTE_MS);
      for (const key of ['accepted', 'waiting']) {
        expect(await keys.get(user, key)).toBeNull();
        expect(await keys.takeOver(user, key, 0)).toBe(false);
      }
      expect(await unaccepted()).toBe('');
    });

    it('a claim has exactly one winner, and begins from nothing', async () => {
      await opened().age(KEY_LIFE_MS);
      for (const key of ['accepted', 'waiting']) {
        const all = Array.from({ length: 20 }, newIds);
        const results = await times(20, (i) => keys.claim(user, key, 'new', all[i]));
        const winner = results.indexOf(null);
        expect(results.filter((result) => result === null)).toHaveLength(1);
        const record = await keys.get(user, key);
        expect(record).toMatchObject({ ids: all[winner], accepted: false, fingerprint: 'new' });
        expect(record!.ageMs).toBeLessThan(MINUTE_MS);
      }
      expect((await unaccepted()).split(' ').sort()).toEqual(['accepted', 'waiting']);
    });

    it('and much later too', async () => {
      await opened().age(400 * 24 * HOUR_MS);
      expect([await keys.get(user, 'accepted'), await keys.get(user, 'waiting')]).toEqual([null, null]);
      await claim('accepted');
    });

    it('pruning leaves what still lives', async () => {
      await opened().age(HOUR_MS);
      const young = await claim('young');
      await keys.prune();
      expect([await accepted('accepted'), await accepted('waiting')]).toEqual([true, false]);
      await opened().age(KEY_LIFE_MS - HOUR_MS);
      await keys.prune();
      expect([await keys.get(user, 'accepted'), await keys.get(user, 'waiting')]).toEqual([null, null]);
      expect(await keys.get(user, 'young')).toMatchObject({ ids: young });
      expect(await unaccepted()).toBe('young');
    });
  });

  describe('what was never accepted', () => {
    it('is told oldest first, of all users, as many as asked for', async () => {
      const other = v7();
      for (const [key, userId] of [['c'], ['a', other], ['d'], ['b', other]]) {
        await claim(key, userId);
        await opened().age(MINUTE_MS);
      }
      expect(await unaccepted()).toBe('c a d b');
      expect(await unaccepted(0, 2)).toBe('c a');
      expect(await unaccepted(0, 0)).toBe('');
      expect(await unaccepted(3 * MINUTE_MS)).toBe('c a');
      expect(await unaccepted(HOUR_MS)).toBe('');
      const [first, second] = await keys.unaccepted(0, 2);
      expect(first).toMatchObject({ userId: user, key: 'c', fingerprint: 'print of c', accepted: false });
      expect(first.ageMs).toBeGreaterThanOrEqual(4 * MINUTE_MS);
      expect(second).toMatchObject({ userId: other, key: 'a' });
    });

    it('leaves out what was accepted or freed since', async () => {
      const [a, b] = [await claim('a'), await claim('b')];
      await opened().age(MINUTE_MS);
      await claim('c');
      await keys.accept(user, 'a', a.messageId);
      expect(await unaccepted()).toBe('b c');
      await keys.free(user, 'b', b.messageId);
      expect(await unaccepted()).toBe('c');
    });

    it('stands last again once it was taken over', async () => {
      for (const key of ['a', 'b']) {
        await claim(key);
        await opened().age(MINUTE_MS);
      }
      await keys.takeOver(user, 'a', MINUTE_MS);
      expect(await unaccepted()).toBe('b a');
    });
  });
}
