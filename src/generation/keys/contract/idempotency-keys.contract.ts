import { v7 } from 'uuid';
import { idempotencyKeysAgeContract } from './idempotency-keys-age.contract.js';
import { idempotencyKeysHoldingContract } from './idempotency-keys-holding.contract.js';
import * as support from './idempotency-keys.testing.js';
import { newIds, times, type OpenedKeys } from './idempotency-keys.testing.js';
import type { IdempotencyKeys } from '../idempotency-keys.js';

/** What all IdempotencyKeys must do. `openBroken`: some whose backend does not answer. */
export function idempotencyKeysContract(
  name: string,
  open: () => Promise<OpenedKeys>,
  openBroken?: () => Promise<OpenedKeys>,
): void {
  describe(`IdempotencyKeys: ${name}`, () => {
    let opened: OpenedKeys;
    let keys: IdempotencyKeys;
    let user: string;

    beforeEach(async () => {
      opened = await open();
      keys = opened.keys;
      user = v7();
    });
    afterEach(() => opened.close());

    const claim = (key: string, userId = user) => support.claim(keys, userId, key);
    const accepted = async (key: string) => (await keys.get(user, key))?.accepted;

    describe('a claim', () => {
      it('takes the key; the next ones are told what stands there, and change nothing', async () => {
        const ids = await claim('a');
        const record = { userId: user, key: 'a', fingerprint: 'print of a', ids, accepted: false };
        for (let i = 0; i < 2; i++) {
          const standing = await keys.claim(user, 'a', 'another', newIds());
          expect(standing).toEqual({ ...record, ageMs: expect.any(Number) });
        }
        expect(await keys.get(user, 'a')).toEqual({ ...record, ageMs: expect.any(Number) });
      });

      it('has exactly one winner among many at once, and the others are told its ids', async () => {
        const all = Array.from({ length: 30 }, newIds);
        const results = await times(30, (i) => keys.claim(user, 'a', `${i}`, all[i]));
        const winner = results.indexOf(null);
        expect(results.filter((result) => result === null)).toHaveLength(1);
        for (const result of results) {
          if (result) expect([result.ids, result.fingerprint]).toEqual([all[winner], `${winner}`]);
        }
        expect((await keys.get(user, 'a'))?.ids).toEqual(all[winner]);
      });

      it('of another key or user stands by itself', async () => {
        const other = v7();
        const [mine, second, theirs] = [await claim('a'), await claim('b'), await claim('a', other)];
        await keys.accept(user, 'b', second.messageId);
        expect(await keys.get(user, 'a')).toMatchObject({ ids: mine, accepted: false });
        expect(await keys.get(other, 'a')).toMatchObject({ userId: other, ids: theirs, accepted: false });
        await keys.free(user, 'a', mine.messageId);
        expect(await keys.get(other, 'a')).toMatchObject({ ids: theirs });
        expect(await keys.get(other, 'b')).toBeNull();
      });

      it.each(['', ' ', 'a:b', '__proto__', 'constructor', '“Ж” \n 漢字', "'; --", 'A'.repeat(255)])(
        'takes any text as a key: %j',
        async (key) => {
          const ids = await claim(key);
          await claim('a');
          expect(await keys.get(user, key)).toMatchObject({ key, ids });
          await keys.accept(user, key, ids.messageId);
          expect([await accepted(key), await accepted('a')]).toEqual([true, false]);
        },
      );

      it('tells keys apart by every letter, and user from key', async () => {
        const ids = await claim('a');
        for (const key of ['A', 'a ', ' a', 'á', 'aa', 'b']) expect(await keys.get(user, key)).toBeNull();
        await claim('b:c', 'a');
        expect(await keys.get('a:b', 'c')).toBeNull();
        expect(await keys.get(user, 'a')).toMatchObject({ ids });
      });

      it('gives copies away', async () => {
        const ids = newIds();
        await keys.claim(user, 'a', 'print', ids);
        const messageId = ids.messageId;
        ids.messageId = 'changed by who claimed';
        (await keys.get(user, 'a'))!.ids.messageId = 'changed by who read';
        (await keys.unaccepted(0, 1))[0].ids.messageId = 'changed by the sweep';
        expect((await keys.get(user, 'a'))?.ids.messageId).toBe(messageId);
      });
    });

    it('knows nothing of an unknown key', async () => {
      expect(await keys.get(user, 'a')).toBeNull();
      expect(await keys.takeOver(user, 'a', 0)).toBe(false);
      await keys.accept(user, 'a', v7());
      await keys.free(user, 'a', v7());
      await keys.removeByUser(user);
      await keys.prune();
      expect(await keys.get(user, 'a')).toBeNull();
      expect(await support.unaccepted(keys)).toBe('');
    });

    idempotencyKeysHoldingContract(() => opened);
    idempotencyKeysAgeContract(() => opened);

    it('drops all keys of a user, and of nobody else', async () => {
      const other = v7();
      const ids = await claim('a');
      await keys.accept(user, 'a', ids.messageId);
      await claim('b');
      await claim('a', other);
      await keys.removeByUser(user);
      await keys.removeByUser(user);
      expect([await keys.get(user, 'a'), await keys.get(user, 'b')]).toEqual([null, null]);
      expect(await keys.get(other, 'a')).not.toBeNull();
      expect(await support.unaccepted(keys)).toBe('a');
      await claim('a');
    });

    if (!openBroken) return;
    it('reject with dependency_down where the backend does not answer', async () => {
      const broken = await openBroken();
      const calls: Array<() => Promise<unknown>> = [
        () => broken.keys.claim(user, 'a', 'print', newIds()),
        () => broken.keys.get(user, 'a'),
        () => broken.keys.takeOver(user, 'a', 0),
        () => broken.keys.accept(user, 'a', 'id'),
        () => broken.keys.free(user, 'a', 'id'),
        () => broken.keys.unaccepted(0, 10),
        () => broken.keys.removeByUser(user),
        () => broken.keys.prune(),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'dependency_down', status: 503 });
      await broken.close();
    });
  });
}
