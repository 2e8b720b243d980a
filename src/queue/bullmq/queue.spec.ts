import { RedisCluster } from '../../../test/support/redis-cluster.js';
import type { RedisClient } from '../../../libs/redis/index.js';
import { openRedis, redisForTests } from '../../../libs/redis/redis.testing.js';
import { BullmqQueue } from './queue.js';
import { queueContract } from '../contract/queue.contract.js';
import { type OpenedQueue, SeveralQueues } from '../contract/queue.testing.js';

const redis = redisForTests();

/** One queue, or several that work together, over these clients. */
function openedOver(...clients: RedisClient[]): OpenedQueue {
  const queues = clients.map((client) => new BullmqQueue(client, { pulseMs: 50 }));
  const queue = queues.length > 1 ? new SeveralQueues(queues) : queues[0];
  return {
    queue,
    close: async () => {
      await queue.close();
      for (const client of clients) await client.close();
    },
  };
}

queueContract(
  'bullmq',
  async () => openedOver(await redis.open()),
  async () => openedOver(await redis.openBroken()),
);

queueContract('bullmq, three instances', async () => {
  const first = await redis.open();
  return openedOver(first, await redis.openBeside(first), await redis.openBeside(first));
});

describe('in a cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  }, 60_000);
  afterAll(() => cluster?.stop());

  queueContract('bullmq', async () => openedOver(await openRedis(cluster.uri)));
});
