import type { RedisClient, RedisScript } from '../../../../libs/redis/index.js';
import { HitCounter, type WindowState } from '../hit-counter.js';

const WHAT = 'counter';
const CLOSED: WindowState = { hits: 0, resetMs: 0 };

/** KEYS[1] window. ARGV: its length in ms if it is a new one, amount. Gives back hits and ms to its end. */
const HIT = `
local left, amount = redis.call('PTTL', KEYS[1]), tonumber(ARGV[2])
if left <= 0 then
  if amount <= 0 then return { 0, 0 } end
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[1])
  return { amount, tonumber(ARGV[1]) }
end
local hits = redis.call('INCRBY', KEYS[1], ARGV[2])
if hits < 0 then
  hits = 0
  redis.call('SET', KEYS[1], 0, 'KEEPTTL')
end
return { hits, left }
`;

const PEEK = `
local left = redis.call('PTTL', KEYS[1])
if left <= 0 then return { 0, 0 } end
return { tonumber(redis.call('GET', KEYS[1])), left }
`;

/**
 * A window is a number whose life is the window's. Opening, counting and telling the end is one script: with separate
 * commands a process that dies between them would leave a window that never ends.
 */
export class RedisHitCounter extends HitCounter {
  private readonly count: RedisScript<[number, number]>;
  private readonly look: RedisScript<[number, number]>;

  constructor(private readonly redis: RedisClient) {
    super();
    this.count = redis.script(HIT);
    this.look = redis.script(PEEK);
  }

  async hit(key: string, windowMs: number, amount = 1): Promise<WindowState> {
    if (windowMs <= 0) return CLOSED;
    return this.state(() => this.count.run(this.redis.key('hits', key), windowMs, amount));
  }

  async peek(key: string): Promise<WindowState> {
    return this.state(() => this.look.run(this.redis.key('hits', key)));
  }

  /** The connection is closed by who opened it. */
  async close(): Promise<void> {}

  private async state(work: () => Promise<[number, number]>): Promise<WindowState> {
    const [hits, resetMs] = await this.redis.run(WHAT, work);
    return { hits, resetMs };
  }
}
