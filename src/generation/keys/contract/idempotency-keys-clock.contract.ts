import { KEY_LIFE_MS, type IdempotencyKeys } from '../idempotency-keys.js';

const ids = { conversationId: 'conversation', userMessageId: 'question', messageId: 'answer' };

/** For those that reckon by this process's clock. */
export function keysToTheMillisecond(
  name: string,
  open: () => Promise<{ keys: IdempotencyKeys; close(): Promise<void> }>,
): void {
  describe(`${name}, to the millisecond`, () => {
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
      expect(await keys.claim('user', 'a', 'other', ids)).toMatchObject({
        ageMs: KEY_LIFE_MS - 1,
        fingerprint: 'print',
      });
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
}
