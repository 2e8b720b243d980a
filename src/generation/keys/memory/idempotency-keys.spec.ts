import { keysToTheMillisecond } from '../contract/idempotency-keys-clock.contract.js';
import { idempotencyKeysContract } from '../contract/idempotency-keys.contract.js';
import { ageing } from '../contract/idempotency-keys.testing.js';
import { KEY_LIFE_MS } from '../idempotency-keys.js';
import { MemoryIdempotencyKeys } from './idempotency-keys.js';

const ids = { conversationId: 'conversation', userMessageId: 'question', messageId: 'answer' };

idempotencyKeysContract('memory', async () => ageing(new MemoryIdempotencyKeys()));

keysToTheMillisecond('MemoryIdempotencyKeys', async () => ({
  keys: new MemoryIdempotencyKeys(),
  close: async () => {},
}));

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
