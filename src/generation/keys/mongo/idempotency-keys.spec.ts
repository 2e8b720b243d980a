import { KEY_LIFE_MS } from '../idempotency-keys.js';
import {
  claim,
  HOUR_MS,
  MINUTE_MS,
  newIds,
  times,
  unaccepted,
  type OpenedKeys,
} from '../contract/idempotency-keys.testing.js';
import { idempotencyKeysContract } from '../contract/idempotency-keys.contract.js';
import { useMongoKeys } from './mongo-keys.testing.js';

const keysOnMongo = useMongoKeys();
idempotencyKeysContract('mongo', keysOnMongo.open, keysOnMongo.openAway);

describe.each([HOUR_MS, -HOUR_MS])('IdempotencyKeys where MongoDB’s clock differs by %d ms', (clockOffsetMs) => {
  const mongo = useMongoKeys({ standIn: { clockOffsetMs } });
  let opened: OpenedKeys;
  beforeEach(async () => {
    opened = await mongo.open();
  });
  afterEach(() => opened.close());

  it('go by the server’s', async () => {
    const { keys, age } = opened;
    await claim(keys, 'user', 'a');
    expect((await keys.get('user', 'a'))!.ageMs).toBeLessThan(MINUTE_MS);
    expect(await keys.takeOver('user', 'a', MINUTE_MS)).toBe(false);
    expect(await unaccepted(keys, MINUTE_MS)).toBe('');
    await age(KEY_LIFE_MS - MINUTE_MS);
    await keys.prune();
    expect(await keys.claim('user', 'a', 'other', newIds())).toMatchObject({ fingerprint: 'print of a' });
    await age(MINUTE_MS);
    expect(await keys.get('user', 'a')).toBeNull();
    expect(await keys.claim('user', 'a', 'other', newIds())).toBeNull();
  });
});

describe('IdempotencyKeys in MongoDB', () => {
  const mongo = useMongoKeys();

  it('claimed while the primary dies have one winner, who knows it', async () => {
    if (!mongo.databases.engine.control) return;
    const { keys, close } = await mongo.open();
    const all = Array.from({ length: 20 }, newIds);
    const outcomes = Promise.allSettled(all.map((ids, i) => keys.claim('user', `${i % 5}`, `${i}`, ids)));
    await mongo.databases.engine.control.killPrimary();
    const results = await outcomes;
    await mongo.databases.engine.control.restart();
    const standing = await times(5, (key) => keys.get('user', `${key}`));
    for (const [i, result] of results.entries()) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'dependency_down' });
      else expect(result.value === null).toBe(standing[i % 5]?.fingerprint === `${i}`);
    }
    await close();
  });
});
