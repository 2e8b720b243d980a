import { redisForTests } from '../../../libs/redis/redis.testing.js';
import { queueContract } from '../contract/queue.contract.js';
import { openOver } from './bullmq.testing.js';

const redis = redisForTests();

queueContract('bullmq, three instances', async (limits) => {
  const first = await redis.open();
  return openOver(limits, first, await redis.openBeside(first), await redis.openBeside(first));
});
