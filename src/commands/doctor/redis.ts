import { type RedisConnection, RedisClient } from '../../../libs/redis/index.js';
import type { Config } from '../../config/config.js';
import { usesRedis } from '../../config/placement.js';
import { askClock, clockFinding } from './findings/clock.js';
import { type Finding, ok, problem, warning } from './findings/finding.js';

const READY_MS = 3000;
/** Of `maxmemory`: above it a busy hour may fill it. */
const FULL = 0.8;

/** Redis, where something is kept in it. */
export async function redisFindings(config: Config): Promise<Finding[]> {
  if (!usesRedis(config)) return [];
  const { REDIS_URI: uri, REDIS_KEY_PREFIX: keyPrefix, REDIS_CA: ca } = config;
  let cause: unknown;
  const log = { info: () => {}, warn: (_message: string, why?: unknown) => void (cause ??= why) };
  const client = new RedisClient({ uri, keyPrefix, ca, log });
  try {
    await client.ready(READY_MS);
    const masters = client.masters();
    const infos = await Promise.all(masters.map((redis) => redis.info()));
    const report = await client.inspect();
    return [
      ok('redis.reach', `It answers${masters.length > 1 ? `, ${masters.length} masters` : ''}`),
      versionFinding(report.version, report.warnings),
      evictionFinding(report.evictionPolicy),
      ...infos.flatMap(memoryFindings).slice(0, 1),
      persistenceFinding(infos),
      await clock(masters[0]),
    ];
  } catch (error) {
    const why = reason(cause ?? error);
    const remedy = /NOAUTH|WRONGPASS|invalid username/i.test(why)
      ? 'Put the right user and password into REDIS_URI (percent-encoded where they hold special characters).'
      : 'Start it, and look at REDIS_URI, at firewalls, and at `bind` in redis.conf.';
    return [problem('redis.reach', `It does not answer: ${why}`, remedy)];
  } finally {
    await client.close();
  }
}

function reason(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return message || code || String(error);
}

function versionFinding(version: string, warnings: string[]): Finding {
  const old = warnings.find((text) => text.includes('too old'));
  return old ? problem('redis.version', old, 'Install Redis 7 or later.') : ok('redis.version', `Redis ${version}`);
}

function evictionFinding(policy: string): Finding {
  if (policy === 'noeviction' || policy === '') return ok('redis.eviction', 'maxmemory-policy is noeviction');
  return problem(
    'redis.eviction',
    `maxmemory-policy is ${policy}: a full Redis would drop waiting questions, sessions and running answers`,
    'redis-cli config set maxmemory-policy noeviction, and the same in redis.conf. A cache that evicts needs its own Redis.',
  );
}

const field = (info: string, name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';

function memoryFindings(info: string): Finding[] {
  const [used, most] = [Number(field(info, 'used_memory')), Number(field(info, 'maxmemory'))];
  if (!most || used < most * FULL) return [];
  const says = `${Math.round((used / most) * 100)} % of maxmemory are in use`;
  return [warning('redis.memory', says, 'Raise maxmemory: full, it refuses writes, and calls get 503.')];
}

function persistenceFinding(infos: string[]): Finding {
  const check = 'redis.persistence';
  if (infos.some((info) => field(info, 'aof_last_write_status') === 'err')) {
    return problem(check, 'Its last write to the append-only file failed', 'Look at its log and its disk.');
  }
  if (infos.every((info) => field(info, 'aof_enabled') === '1')) return ok(check, 'It keeps an append-only file');
  return warning(
    check,
    'It keeps no append-only file: after a crash people may have to log in again, and limits begin anew',
    'appendonly yes, appendfsync everysec',
  );
}

async function clock(redis: RedisConnection): Promise<Finding> {
  const { aheadMs, withinMs } = await askClock(async () => {
    const [seconds, micros] = await redis.time();
    return Number(seconds) * 1000 + Number(micros) / 1000;
  });
  return clockFinding('redis.clock', 'Redis’', aheadMs, withinMs);
}
