import { type Measured, type Metrics, type Reading } from '../../libs/metrics/index.js';

const REDIS_BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2];
const MONGO_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 8];

/** A database of which the figures are shown: there may be two. */
interface Pooled {
  poolUse(): { inUse: number; waiting: number; usedRatio: number };
  readonly poolFailures: number;
}

/** What is measured of the stores outside the process. Declared when a client is made: what is not used is not shown. */
export class StoreMetrics {
  private mongoTimes: Measured<'name'> | undefined;
  private readonly pools = new Map<string, Pooled>();

  constructor(private readonly metrics: Metrics) {}

  /** Gives back where the time of a command is to be told. */
  redisCommands(sent: () => number): (seconds: number) => void {
    const { metrics } = this;
    metrics.total('parley_redis_commands_total', 'Commands sent to Redis', sent);
    const name = 'parley_redis_command_duration_seconds';
    const times = metrics.histogram(name, 'Of every eighth command, from its call to its answer', REDIS_BOUNDS);
    return (seconds) => times.observe({}, seconds);
  }

  /** Gives back where the time of an operation is to be told. */
  mongoOperations(name: string): (seconds: number) => void {
    const times = (this.mongoTimes ??= this.metrics.histogram(
      'parley_mongo_operation_duration_seconds',
      'From an operation’s call to its answer, with what was repeated through an election',
      MONGO_BOUNDS,
      ['name'],
    ));
    const labels = { name };
    return (seconds) => times.observe(labels, seconds);
  }

  mongoPool(name: string, database: Pooled): void {
    if (this.pools.size === 0) this.declarePools();
    this.pools.set(name, database);
  }

  private declarePools(): void {
    const { metrics } = this;
    const each = (value: (pool: Pooled) => number): Reading =>
      [...this.pools].map(([name, pool]) => [{ name }, value(pool)]);
    const connections = () =>
      [...this.pools].flatMap(([name, pool]): Array<[Record<string, string>, number]> => {
        const { inUse, waiting } = pool.poolUse();
        return [
          [{ name, state: 'in_use' }, inUse],
          [{ name, state: 'waiting' }, waiting],
        ];
      });
    const used = 'Connections of the pools that are in use, and calls that wait for one';
    metrics.gauge('parley_mongo_pool_connections', used, 'sum', connections);
    const ratio = 'Share of MONGO_MAX_POOL_SIZE that is in use, at the busiest instance';
    metrics.gauge('parley_mongo_pool_used_ratio', ratio, 'max', () => each((pool) => pool.poolUse().usedRatio));
    metrics.total('parley_mongo_pool_failures_total', 'Calls that waited in vain for a connection', () =>
      [...this.pools.values()].reduce((sum, pool) => sum + pool.poolFailures, 0),
    );
  }
}
