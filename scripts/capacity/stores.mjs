// What Redis and MongoDB have to hold and to do.
import { turnMs } from './turn.mjs';

/** STREAM_RETENTION_SECONDS and MONGO_MAX_POOL_SIZE, as they are where nobody sets them. */
const RETENTION = 300;
const POOL = 20;
/** In each process two writes and reads a second keep all its answers. */
const SAVES = 2;
const LEAST_MAXMEMORY = 256;

export function redis(sheet, { tokens }, { cluster, assumed: { measuredBatches } }, assumed) {
  sheet.section('Redis');
  const n = (value) => sheet.shown(value);
  const [batches, rate] = [sheet.get('batches'), sheet.get('rate')];
  // An append is one command.
  const fixed = Math.max(0, cluster.redisCommands.value - measuredBatches.value);
  sheet.add(
    'redis.commands',
    'commands a second',
    rate * (fixed + batches),
    `${n(rate)} × (${n(fixed)} + ${n(batches)} batches)`,
  );
  const parts = { turnCpuMs: cluster.redisCpuMs, tokenCpuUs: cluster.redisTokenUs };
  const turn = turnMs(parts, { measuredBatches }, batches);
  sheet.add(
    'redis.cores',
    'cores in use',
    (rate * turn.whole) / 1000,
    `${n(rate)} × (${n(turn.fixed)} ms + ${n(batches)} batches × ${n(cluster.redisTokenUs.value)} µs)`,
  );
  const servers = Math.max(1, Math.ceil(sheet.get('redis.cores') / assumed.redisLimit));
  const limit = `${n(sheet.get('redis.cores'))} cores ÷ ${n(assumed.redisLimit)} of each one's only core; more than one is a cluster`;
  sheet.add('redis.servers', 'servers, without replicas', servers, limit);
  const entry = batches * assumed.entryBytes + tokens * assumed.tokenBytes;
  const kept = rate * (sheet.get('lasts') + RETENTION);
  const bytes = kept * entry + sheet.get('users') * assumed.sessionBytes;
  sheet.add(
    'redis.memory',
    'memory, MB',
    bytes / 1024 ** 2,
    `${n(kept)} logs kept (${n(rate)} a second for ${n(sheet.get('lasts'))} + ${n(RETENTION)} s) × ${n(entry)} B + ` +
      `${n(sheet.get('users'))} log-ins × ${n(assumed.sessionBytes)} B`,
  );
  const maxmemory = Math.max(LEAST_MAXMEMORY, 2 ** Math.ceil(Math.log2((2 * bytes) / 1024 ** 2)));
  sheet.add(
    'redis.maxmemory',
    'maxmemory, all servers together, MB',
    maxmemory,
    `twice that, as a power of two, and ${LEAST_MAXMEMORY} at least`,
  );
}

export function mongo(sheet, { users, answersPerMinute, tokens }, { cluster }, assumed) {
  sheet.section('MongoDB, a set of three');
  const n = (value) => sheet.shown(value);
  const workers = sheet.get('workers');
  const operations = sheet.get('rate') * cluster.mongoOperations.value + workers * SAVES;
  sheet.add(
    'mongo.operations',
    'operations a second',
    operations,
    `${n(sheet.get('rate'))} × ${n(cluster.mongoOperations.value)} + ${n(workers)} processes × ${SAVES} for saving`,
  );
  sheet.add(
    'mongo.cores',
    'cores in use at the primary',
    (operations * assumed.mongoCpuMs) / 1000,
    `${n(operations)} × ${n(assumed.mongoCpuMs)} ms`,
  );
  const cores = Math.max(1, Math.ceil(sheet.get('mongo.cores') / assumed.utilization));
  sheet.add(
    'mongo.coresEach',
    'cores of each member',
    cores,
    `${n(sheet.get('mongo.cores'))} ÷ ${n(assumed.utilization)}`,
  );
  sheet.add(
    'mongo.memory',
    'memory of each member, GB',
    cores * assumed.mongoGb,
    `${n(cores)} × ${n(assumed.mongoGb)} GB`,
  );
  const atOnce = ((operations / workers) * assumed.mongoMs * assumed.mongoBurst) / 1000;
  sheet.add(
    'mongo.pool',
    'MONGO_MAX_POOL_SIZE',
    Math.max(POOL, Math.ceil(atOnce)),
    `the most of ${POOL} and ${n(operations)} ÷ ${n(workers)} processes × ${n(assumed.mongoMs)} ms × ${n(assumed.mongoBurst)} (bursts)`,
  );
  const turn =
    2 * assumed.messageBytes + (tokens + assumed.questionTokens) * assumed.tokenBytes * assumed.storedTextFactor;
  const turns = users * answersPerMinute * assumed.busyMinutesPerMonth;
  sheet.add(
    'mongo.growth',
    'growth of each member, GB a month',
    (turns * turn) / 1024 ** 3,
    `${n(users)} × ${n(answersPerMinute)} × ${n(assumed.busyMinutesPerMonth)} minutes × ${n(turn)} B`,
  );
}
