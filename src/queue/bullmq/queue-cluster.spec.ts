import { openRedis } from '../../../libs/redis/redis.testing.js';
import { RedisCluster } from '../../../test/support/redis-cluster.js';
import { queueContract } from '../contract/queue.contract.js';
import { openOver } from './bullmq.testing.js';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await RedisCluster.start();
}, 60_000);
afterAll(() => cluster?.stop());

queueContract('bullmq, in a cluster', async (limits) => openOver(limits, await openRedis(cluster.uri)));
