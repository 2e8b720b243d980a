import { v7 } from 'uuid';
import * as support from './idempotency-keys.testing.js';
import { HOUR_MS, MINUTE_MS, newIds, times, type OpenedKeys } from './idempotency-keys.testing.js';
import { KEY_LIFE_MS, type IdempotencyKeys } from '../idempotency-keys.js';

/** Accepting, freeing and taking over: part of `idempotencyKeysContract`. */
export function idempotencyKeysHoldingContract(opened: () => OpenedKeys): void {
  let keys: IdempotencyKeys;
  let user: string;
  beforeEach(() => {
    keys = opened().keys;
    user = v7();
  });
  const claim = (key: string, userId = user) => support.claim(keys, userId, key);
  const accepted = async (key: string) => (await keys.get(user, key))?.accepted;
  const unaccepted = (olderThanMs?: number, limit?: number) => support.unaccepted(keys, olderThanMs, limit);

  describe('accept and free', () => {
    it('accept holds, any number of times, and keeps ids and age', async () => {
      const ids = await claim('a');
      await opened().age(HOUR_MS);
      await times(5, () => keys.accept(user, 'a', ids.messageId));
      const record = (await keys.get(user, 'a'))!;
      expect(record).toMatchObject({ ids, accepted: true, fingerprint: 'print of a' });
      expect(record.ageMs).toBeGreaterThanOrEqual(HOUR_MS);
      expect(await keys.claim(user, 'a', 'another', newIds())).toMatchObject({ ids, accepted: true });
    });

    it('do nothing where the key names another message', async () => {
      const first = await claim('a');
      await keys.free(user, 'a', first.messageId);
      const second = await claim('a');
      await keys.accept(user, 'a', first.messageId);
      await keys.accept(user, 'a', second.userMessageId);
      expect(await accepted('a')).toBe(false);
      await keys.free(user, 'a', first.messageId);
      await keys.free(v7(), 'a', second.messageId);
      expect(await keys.get(user, 'a')).toMatchObject({ ids: second });
    });

    it('free lets the next one claim, and is idempotent', async () => {
      const first = await claim('a');
      await times(3, () => keys.free(user, 'a', first.messageId));
      expect(await keys.get(user, 'a')).toBeNull();
      const second = await claim('a');
      expect(await keys.get(user, 'a')).toMatchObject({ ids: second, accepted: false });
    });

    it('free with an age leaves one that was taken over since', async () => {
      const { messageId } = await claim('a');
      await opened().age(HOUR_MS);
      await keys.takeOver(user, 'a', HOUR_MS);
      await keys.free(user, 'a', messageId, MINUTE_MS);
      expect(await accepted('a')).toBe(false);
      await opened().age(HOUR_MS);
      await keys.free(user, 'a', messageId, MINUTE_MS);
      expect(await keys.get(user, 'a')).toBeNull();
    });

    it('free leaves an accepted one', async () => {
      const ids = await claim('a');
      await keys.accept(user, 'a', ids.messageId);
      await keys.free(user, 'a', ids.messageId);
      expect(await accepted('a')).toBe(true);
    });
  });

  describe('taking over', () => {
    it('is for claims that are old enough', async () => {
      const ids = await claim('a');
      expect(await keys.takeOver(user, 'a', HOUR_MS)).toBe(false);
      await opened().age(HOUR_MS - MINUTE_MS);
      expect(await keys.takeOver(user, 'a', HOUR_MS)).toBe(false);
      await opened().age(MINUTE_MS);
      expect(await keys.takeOver(user, 'a', HOUR_MS)).toBe(true);
      expect(await keys.get(user, 'a')).toMatchObject({ ids, accepted: false, fingerprint: 'print of a' });
    });

    it('has exactly one winner among many at once', async () => {
      await claim('a');
      await opened().age(HOUR_MS);
      const results = await times(30, () => keys.takeOver(user, 'a', MINUTE_MS));
      expect(results.filter(Boolean)).toHaveLength(1);
    });

    it('makes the claim young again', async () => {
      await claim('a');
      await opened().age(KEY_LIFE_MS - HOUR_MS);
      expect(await keys.takeOver(user, 'a', MINUTE_MS)).toBe(true);
      expect((await keys.get(user, 'a'))!.ageMs).toBeLessThan(MINUTE_MS);
      expect(await unaccepted(MINUTE_MS)).toBe('');
      await opened().age(2 * HOUR_MS);
      expect(await unaccepted(MINUTE_MS)).toBe('a');
    });

    it('is not for accepted ones, whatever their age', async () => {
      const ids = await claim('a');
      await keys.accept(user, 'a', ids.messageId);
      await opened().age(HOUR_MS);
      expect(await keys.takeOver(user, 'a', 0)).toBe(false);
      expect((await keys.get(user, 'a'))!.ageMs).toBeGreaterThanOrEqual(HOUR_MS);
    });

    it('with 0 takes a claim of any age', async () => {
      await claim('a');
      expect(await keys.takeOver(user, 'a', 0)).toBe(true);
    });
  });
}
