import type { RedisClient, RedisScript } from '../../../redis/index.js';
import { addFigures, type Figures, SILENCE_MS, Totals } from '../totals.js';

const WHAT = 'store of totals';
/** So long is remembered who was folded: nobody is silent for longer and then comes back. 30 days. */
const GONE_MS = 2_592_000_000;

/**
 * KEYS: 1 figures of each instance as JSON; 2 their seqs; 3 instances by the time, in ms, they were last heard of; 4 the
 * sums of the departed, a field `<index>:<series>` each; 5 the departed by the time they were folded.
 * HINCRBY counts in 64 bits; cjson reads whole numbers exactly, and would write them with 14 digits only.
 */
const FOLD = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function fold(id)
  local text = redis.call('HGET', KEYS[1], id)
  for _, entry in ipairs(text and cjson.decode(text) or {}) do
    for i, n in ipairs(entry[2]) do
      redis.call('HINCRBY', KEYS[4], i .. ':' .. entry[1], string.format('%.0f', n))
    end
  end
  redis.call('HDEL', KEYS[1], id)
  redis.call('HDEL', KEYS[2], id)
  redis.call('ZREM', KEYS[3], id)
  redis.call('ZADD', KEYS[5], now, id)
end
`;

/** ARGV: instance, seq, figures, 1 where they are the last. */
const PUT = `${FOLD}
if redis.call('ZSCORE', KEYS[5], ARGV[1]) then return 0 end
if tonumber(ARGV[2]) >= tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '-1') then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
end
redis.call('ZADD', KEYS[3], now, ARGV[1])
if ARGV[4] == '1' then fold(ARGV[1]) end
return 1
`;

/** ARGV: after how many ms of silence one is folded; how long that is remembered. */
const SUM = `${FOLD}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now - ARGV[1])) do fold(id) end
redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', now - ARGV[2])
return { redis.call('HVALS', KEYS[1]), redis.call('HGETALL', KEYS[4]) }
`;

/**
 * An instance's figures are one text: handed in and read whole. After a Redis that lost everything who lives is there
 * again with the next `put`; the sums of the departed are lost.
 */
export class RedisTotals extends Totals {
  private readonly keys: string[];
  private readonly putting: RedisScript<number>;
  private readonly summing: RedisScript<[entries: string[], departed: string[]]>;

  constructor(
    private readonly redis: RedisClient,
    private readonly silenceMs = SILENCE_MS,
  ) {
    super();
    const tag = redis.tagged('totals');
    this.keys = ['figures', 'seqs', 'heard', 'departed', 'gone'].map((name) => `${tag}:${name}`);
    this.putting = redis.script(PUT, 5);
    this.summing = redis.script(SUM, 5);
  }

  put(instance: string, seq: number, figures: Figures): Promise<boolean> {
    return this.keep(instance, seq, figures, 0);
  }

  putLast(instance: string, seq: number, figures: Figures): Promise<boolean> {
    return this.keep(instance, seq, figures, 1);
  }

  async sum(): Promise<Figures> {
    const [entries, departed] = await this.redis.run(WHAT, () =>
      this.summing.run(...this.keys, this.silenceMs, GONE_MS),
    );
    const sum: Figures = new Map();
    for (let i = 0; i < departed.length; i += 2) {
      const [index, series] = split(departed[i]);
      const numbers = sum.get(series) ?? [];
      numbers[index] = Number(departed[i + 1]);
      sum.set(series, numbers);
    }
    for (const text of entries) addFigures(sum, new Map(JSON.parse(text) as Array<[string, number[]]>));
    return sum;
  }

  async close(): Promise<void> {}

  private async keep(instance: string, seq: number, figures: Figures, last: 0 | 1): Promise<boolean> {
    const text = JSON.stringify([...figures]);
    return (await this.redis.run(WHAT, () => this.putting.run(...this.keys, instance, seq, text, last))) === 1;
  }
}

/** Lua counts from 1. */
function split(field: string): [index: number, series: string] {
  const colon = field.indexOf(':');
  return [Number(field.slice(0, colon)) - 1, field.slice(colon + 1)];
}
