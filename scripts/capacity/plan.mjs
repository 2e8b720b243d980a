// The arithmetic of npm run capacity. Every figure says how it came about, in numbers: that is half of the purpose.
import { Sheet } from './sheet.mjs';
import { mongo, redis } from './stores.mjs';
import { batchesOf, turnMs } from './turn.mjs';

/** QUEUE_CONCURRENCY, as it is where nobody sets it. */
const CONCURRENCY = 1000;
/** A process': commands, notices, the queue's workers and what they wait on. */
const REDIS_CONNECTIONS = 4;
/** A process', for watching the members of the set. */
const MONGO_WATCHERS = 3;
const MEMBERS = 3;
/** One that may fail, or be replaced, without a gap. */
const LEAST_PROCESSES = 2;

/**
 * `{ users, answersPerMinute, tokens, peak, tokensPerSecond }` and the costs of bench/costs.json. Gives back a sheet of
 * figures: `sheet.get(key)` is a number, `sheet.sections` is all of it with its arithmetic.
 */
export function plan(wanted, costs) {
  const assumed = Object.fromEntries(Object.entries(costs.assumed).map(([name, { value }]) => [name, value]));
  const load = { ...wanted, peak: wanted.peak ?? assumed.peak };
  load.tokensPerSecond = wanted.tokensPerSecond ?? assumed.tokensPerSecond;
  const sheet = new Sheet();
  loadOf(sheet, load, assumed);
  oneProcess(sheet, costs, assumed);
  processes(sheet, costs, assumed);
  redis(sheet, load, costs, assumed);
  mongo(sheet, load, costs, assumed);
  connections(sheet, load);
  money(sheet, assumed);
  return sheet;
}

function loadOf(sheet, { users, answersPerMinute, tokens, peak, tokensPerSecond }, assumed) {
  sheet.section('Load, in the busiest minute');
  const n = (value) => sheet.shown(value);
  sheet.add('users', 'people', users, '');
  sheet.add(
    'rate',
    'questions a second',
    (users * answersPerMinute * peak) / 60,
    `${n(users)} people × ${n(answersPerMinute)} a minute × ${n(peak)} (peak) ÷ 60`,
  );
  const lasts = assumed.firstTokenSeconds + tokens / tokensPerSecond;
  sheet.add(
    'lasts',
    'an answer lasts, s',
    lasts,
    `${n(assumed.firstTokenSeconds)} until it begins + ${n(tokens)} tokens ÷ ${n(tokensPerSecond)} a second`,
  );
  sheet.add(
    'running',
    'answers at once',
    sheet.get('rate') * lasts,
    `${n(sheet.get('rate'))} a second × ${n(lasts)} s`,
  );
  sheet.add(
    'streams',
    'event streams',
    sheet.get('running') * assumed.readersPerAnswer,
    `${n(sheet.get('running'))} × ${n(assumed.readersPerAnswer)} readers`,
  );
  const batches = batchesOf(tokens, tokensPerSecond, assumed.batchesPerSecond);
  const most = `at most ${n(assumed.batchesPerSecond)} a second`;
  sheet.add(
    'batches',
    'batches of text in an answer',
    batches,
    `${n(tokens)} tokens in ${n(tokens / tokensPerSecond)} s, ${most}`,
  );
}

function cpuOf(sheet, costs, assumed, backend) {
  const { fixed, whole } = turnMs(costs[backend], costs.assumed, sheet.get('batches'));
  const n = (value) => sheet.shown(value);
  const token = costs[backend].tokenCpuUs.value;
  sheet.add(
    `${backend}.turnMs`,
    'processor time of an answer, ms',
    whole,
    `${n(fixed)} + ${n(sheet.get('batches'))} batches × ${n(token)} µs`,
  );
  const cores = (sheet.get('rate') * whole) / 1000;
  sheet.add(`${backend}.cores`, 'cores in use', cores, `${n(sheet.get('rate'))} a second × ${n(whole)} ms`);
}

function memoryOf(sheet, costs, assumed, backend, count) {
  const { idleMb, streamKb } = costs[backend];
  const n = (value) => sheet.shown(value);
  const [streams, users] = [sheet.get('streams') / count, sheet.get('users') / count];
  const held = (streams * streamKb.value + users * assumed.socketKb) / 1024;
  sheet.add(
    `${backend}.memory`,
    'memory of a process, MB',
    idleMb.value + held * assumed.garbage,
    `${n(idleMb.value)} + (${n(streams)} streams × ${n(streamKb.value)} kB + ${n(users)} sockets × ` +
      `${n(assumed.socketKb)} kB) × ${n(assumed.garbage)}`,
  );
}

function oneProcess(sheet, costs, assumed) {
  sheet.section('One process with everything inside');
  cpuOf(sheet, costs, assumed, 'embedded');
  memoryOf(sheet, costs, assumed, 'embedded', 1);
  const fits =
    sheet.get('embedded.cores') * assumed.spread <= assumed.utilization && sheet.get('running') <= CONCURRENCY;
  const limit = `${sheet.shown(sheet.get('embedded.cores'))} cores × ${sheet.shown(assumed.spread)} (spread) against ${sheet.shown(assumed.utilization)} of one`;
  sheet.add(
    'embedded.fits',
    'is enough',
    fits ? 'yes' : 'no',
    `${limit}; ${sheet.shown(sheet.get('running'))} answers at once against ${sheet.shown(CONCURRENCY)}`,
  );
}

function processes(sheet, costs, assumed) {
  sheet.section('A cluster: its processes');
  const n = (value) => sheet.shown(value);
  cpuOf(sheet, costs, assumed, 'cluster');
  const byCpu = sheet.get('cluster.cores') / assumed.utilization;
  const byAnswers = sheet.get('running') / CONCURRENCY;
  const needed = (factor) => Math.max(LEAST_PROCESSES, Math.ceil(byCpu * factor), Math.ceil(byAnswers));
  const why = (factor) =>
    `the most of ${LEAST_PROCESSES}, ${n(sheet.get('cluster.cores'))} cores × ${n(factor)} ÷ ${n(assumed.utilization)}, and ` +
    `${n(sheet.get('running'))} answers ÷ ${n(CONCURRENCY)}`;
  sheet.add('workers', 'processes, one a core', needed(1), why(1));
  sheet.add('workersMost', '… on a slower machine', needed(assumed.spread), why(assumed.spread));
  memoryOf(sheet, costs, assumed, 'cluster', sheet.get('workers'));
  sheet.add(
    'memoryAll',
    'memory of all, GB',
    (sheet.get('workers') * sheet.get('cluster.memory')) / 1024,
    `${n(sheet.get('workers'))} × ${n(sheet.get('cluster.memory'))} MB`,
  );
}

function connections(sheet) {
  sheet.section('Connections');
  const n = (value) => sheet.shown(value);
  const [workers, pool] = [sheet.get('workers'), sheet.get('mongo.pool')];
  const clients = sheet.get('streams') + sheet.get('users');
  sheet.add(
    'connections.clients',
    'of clients',
    clients,
    `${n(sheet.get('streams'))} streams + ${n(sheet.get('users'))} sockets`,
  );
  sheet.add('connections.nginx', 'nginx: worker_connections, all its workers', 2 * clients, `${n(clients)} × 2 sides`);
  const files = (clients / workers) * 2 + pool + 100;
  sheet.add(
    'connections.files',
    'open files of a process (nofile)',
    files,
    `${n(clients)} ÷ ${n(workers)} × 2 (one process gone) + ${n(pool)} + 100`,
  );
  sheet.add(
    'connections.redis',
    'at Redis',
    workers * REDIS_CONNECTIONS,
    `${n(workers)} processes × ${REDIS_CONNECTIONS}`,
  );
  sheet.add(
    'connections.mongo',
    'at MongoDB’s primary, at most',
    workers * (pool + MONGO_WATCHERS),
    `${n(workers)} processes × (${n(pool)} + ${MONGO_WATCHERS} for watching)`,
  );
}

/** Of a cluster; models are paid besides. */
function money(sheet, assumed) {
  sheet.section('What it costs a month, models apart');
  const n = (value) => sheet.shown(value);
  const [servers, mongoCores] = [sheet.get('redis.servers'), sheet.get('mongo.coresEach')];
  const gb = sheet.get('memoryAll') + sheet.get('redis.maxmemory') / 1024 + MEMBERS * sheet.get('mongo.memory');
  const disk = MEMBERS * 12 * sheet.get('mongo.growth');
  for (const [i, key, label, workers] of [
    [0, 'money.least', 'from, $', sheet.get('workers')],
    [1, 'money.most', 'to, $', sheet.get('workersMost')],
  ]) {
    const cores = workers + servers + MEMBERS * mongoCores;
    const [core, memory, space] = [assumed.coreDollars[i], assumed.gbDollars[i], assumed.diskDollars[i]];
    sheet.add(
      key,
      label,
      cores * core + gb * memory + disk * space,
      `${n(cores)} cores (${n(workers)} + ${n(servers)} Redis + ${MEMBERS} × ${n(mongoCores)} MongoDB) × ${n(core)} + ` +
        `${n(gb)} GB × ${n(memory)} + ${n(disk)} GB of disk (a year) × ${n(space)}`,
    );
  }
}
