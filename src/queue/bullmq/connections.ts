import { Cluster, type Redis, type RedisOptions } from 'ioredis';
import { batchWrites } from '../../../libs/redis/batched-writes.js';
import type { RedisClient, RedisConnection } from '../../../libs/redis/index.js';

/**
 * BullMQ takes a command that ran out of time for one that went wrong, and a job whose end did so for a failed one. So its
 * commands wait for as long as the server is away; that they don't wait on a dead connection is seen to by `breakIfDead`.
 */
const PATIENT: RedisOptions = {
  commandTimeout: undefined,
  maxRetriesPerRequest: null,
  enableOfflineQueue: true,
  // Else the driver forgets what was under way when the connection broke, and BullMQ waits for its answer for ever. A
  // start that is sent twice may leave a job that nobody runs: it is found like one whose worker died.
  autoResendUnfulfilledCommands: true,
};
const SILENCE_MS = 4000;

/** What BullMQ's workers of this process talk through. BullMQ makes a copy of it for each of them, to wait on. */
export class WorkerConnection {
  readonly shared: RedisConnection;
  private asked = false;

  constructor(redis: RedisClient) {
    this.shared = redis.connection('worker', PATIENT);
    batchWrites(this.shared);
  }

  get isReady(): boolean {
    return this.shared.status === 'ready';
  }

  /** Asks the connection for a sign of life; to be called now and then. BullMQ looks after those that wait. */
  async breakIfDead(): Promise<void> {
    if (this.asked || !this.isReady) return;
    this.asked = true;
    const nodes = this.shared instanceof Cluster ? this.shared.nodes('master') : [this.shared];
    await Promise.all(nodes.map(breakIfSilent));
    this.asked = false;
  }

  close(): void {
    this.shared.disconnect();
  }
}
async function breakIfSilent(redis: Redis): Promise<void> {
  if (redis.status !== 'ready') return;
  const { stream } = redis;
  const before = stream.bytesRead;
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      if (stream.bytesRead === before) stream.destroy();
      resolve();
    }, SILENCE_MS);
    timer.unref();
  });
  await Promise.race([redis.ping().catch(() => {}), silence]);
  clearTimeout(timer);
}
