import { redisForTests } from '../../../libs/redis/redis.testing.js';
import { queueContract } from '../contract/queue.contract.js';
import { openOver } from './bullmq.testing.js';

const redis = redisForTests();

queueContract(
  'bullmq',
  async (limits) => openOver(limits, await redis.open()),
  async (limits) => openOver(limits, await redis.openBroken()),
);
