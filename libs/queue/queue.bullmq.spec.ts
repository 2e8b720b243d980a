import { redisForTests } from '../redis/redis.testing.js';
import { queueContract } from './queue.contract.js';
import { BullmqQueue } from './queue.bullmq.js';

const redis = redisForTests();
const opened = async (client: Awaited<ReturnType<typeof redis.open>>) => {
  const queue = new BullmqQueue(client);
  return {
    queue,
    close: async () => {
      await queue.close();
      await client.close();
    },
  };
};

queueContract(
  'bullmq',
  async () => opened(await redis.open()),
  async () => opened(await redis.openBroken()),
);
