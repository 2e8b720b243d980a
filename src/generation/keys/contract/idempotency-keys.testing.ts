import { v7 } from 'uuid';
import type { AskIds, IdempotencyKeys } from '../idempotency-keys.js';

export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;

export interface OpenedKeys {
  keys: IdempotencyKeys;
  /** Makes everything that is kept older by so much. */
  age(ms: number): Promise<void>;
  close(): Promise<void>;
}

export function newIds(): AskIds {
  return { conversationId: v7(), userMessageId: v7(), messageId: v7() };
}

/** Claims a key that must be free. */
export async function claim(keys: IdempotencyKeys, userId: string, key: string): Promise<AskIds> {
  const ids = newIds();
  expect(await keys.claim(userId, key, `print of ${key}`, ids)).toBeNull();
  return ids;
}

/** The keys that `unaccepted` tells, in its order. */
export async function unaccepted(keys: IdempotencyKeys, olderThanMs = 0, limit = 1000): Promise<string> {
  return (await keys.unaccepted(olderThanMs, limit)).map(({ key }) => key).join(' ');
}

/** So many calls at once. */
export function times<T>(count: number, call: (i: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => call(i)));
}

/** Of those that reckon by this process's clock: what is kept ages when that is put forward. */
export function ageing(keys: IdempotencyKeys, close: () => Promise<void> = async () => {}): OpenedKeys {
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
