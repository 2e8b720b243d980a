import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { eventually } from '../../../../test/support/eventually.js';
import type { RedisClient } from '../../../redis/index.js';
import { redisForTests } from '../../../redis/redis.testing.js';
import { RedisInstanceRegistry } from './instance-registry.js';

const LIFE_MS = 1000;
const PATIENCE_MS = 60_000;
const thread = {
  file: resolve(__dirname, '../../../../test/support/run-ts.cjs'),
  argv: [resolve(__dirname, 'instance-beat.thread.ts')],
};

describe('the beat of an instance', () => {
  const redis = redisForTests();
  let client: RedisClient;
  let registry: RedisInstanceRegistry;
  let port: string;

  const enter = async (hungMs: number) => {
    registry = new RedisInstanceRegistry(client, { lifeMs: LIFE_MS, hungMs, thread });
    await registry.enter({ id: 'a', pid: 1, version: '1', startedAt: 1, works: true, draining: false });
  };
  /** Asks Redis while nothing else of this process comes to anything. */
  const ask = (...command: string[]) =>
    execFileSync('redis-cli', ['-p', port, ...command], { encoding: 'utf8' }).trim();
  const renewedAt = () => Number(ask('ZSCORE', `${client.tagged('instances')}:renewed`, 'a'));
  /** Blocks the event loop until it holds. */
  const blockUntil = (condition: () => boolean) => {
    const end = Date.now() + PATIENCE_MS;
    while (!condition()) if (Date.now() > end) throw new Error(`never came true: ${condition.toString()}`);
  };
  /** Entered again and again until the thread, which takes a moment to start, beats. */
  const threadBeats = () => eventually(() => beatsWhileBlocked(LIFE_MS / 2), PATIENCE_MS);
  const beatsWhileBlocked = (ms: number) => {
    const [before, end] = [renewedAt(), Date.now() + ms];
    while (Date.now() < end) if (renewedAt() > before) return true;
    return false;
  };

  beforeEach(async () => {
    client = await redis.open();
    port = new URL((await redis.server()).uri).port;
  });
  afterEach(async () => {
    await registry.close();
    await client.close();
  });

  it('goes on while the event loop is blocked for longer than an entry lives', async () => {
    await enter(PATIENCE_MS);
    await threadBeats();
    const since = renewedAt();
    blockUntil(() => renewedAt() > since + 3 * LIFE_MS);
  });

  it('ends where the event loop stands still for good, and begins again with it', async () => {
    await enter(2 * LIFE_MS);
    await threadBeats();
    blockUntil(() => renewedAt() === 0);
    await eventually(() => renewedAt() > 0);
    await threadBeats();
  });

  it('changes no entry, and enters it again where Redis has lost it, as it is by now', async () => {
    await enter(PATIENCE_MS);
    await threadBeats();
    await registry.update({ draining: true });
    const since = renewedAt();
    blockUntil(() => renewedAt() > since);
    const entry = () => JSON.parse(ask('HGET', `${client.tagged('instances')}:entries`, 'a') || 'null');
    expect(entry()).toMatchObject({ draining: true });
    ask('FLUSHALL');
    blockUntil(() => entry() !== null);
    expect(entry()).toMatchObject({ draining: true });
  });

  it('is over when the instance has left', async () => {
    await enter(PATIENCE_MS);
    await threadBeats();
    await registry.leave();
    expect(beatsWhileBlocked(LIFE_MS)).toBe(false);
    expect(renewedAt()).toBe(0);
  });
});
