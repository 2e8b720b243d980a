import { Test, type TestingModule } from '@nestjs/testing';
import type { RedisClient, RedisLog } from '../../../libs/redis/index.js';
import { type OpenedQueue, SeveralQueues } from '../contract/queue.testing.js';
import { Queue } from '../queue.js';
import { BullmqQueueModule } from './queue.module.js';
import type { BullmqQueue } from './queue.js';

export interface OpenedBullmq {
  queue: BullmqQueue;
  app: TestingModule;
  /** All but the client. */
  close(): Promise<void>;
}

/** A queue over this client, made as the product makes it. */
export async function openBullmq(
  client: RedisClient,
  limits: Record<string, number> = {},
  log?: RedisLog,
): Promise<OpenedBullmq> {
  const redis = { useFactory: () => client };
  const app = await Test.createTestingModule({
    imports: [BullmqQueueModule.forRoot({ limits, redis, log })],
  }).compile();
  const queue = app.get<BullmqQueue>(Queue);
  const close = async () => {
    await queue.close();
    await app.close();
  };
  return { queue, app, close };
}

/** One queue, or several that work together, over these clients, which it closes. */
export async function openOver(
  limits: Record<string, number> | undefined,
  ...clients: RedisClient[]
): Promise<OpenedQueue> {
  const opened = await Promise.all(clients.map((client) => openBullmq(client, limits)));
  const queues = opened.map(({ queue }) => queue);
  const queue = queues.length > 1 ? new SeveralQueues(queues) : queues[0];
  return {
    queue,
    close: async () => {
      await Promise.all(opened.map(({ close }) => close()));
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}
