import type { LazyModuleLoader } from '@nestjs/core';
import type { RedisClient } from '../../../libs/redis/index.js';
import { BullmqBoard } from './bullmq-board.js';
import { QueueBoard } from '../queue-board.js';
import { BullmqQueue } from './queue.js';

/** BullMQ's queues, one a lane. */
export class BullmqQueueBoard extends QueueBoard {
  readonly shows = true;
  /** Only to know the lanes: it neither adds nor works. */
  private readonly queue: BullmqQueue;
  private readonly board: BullmqBoard | undefined;

  /** Without a `loader` of Nest's modules it shows no queue. */
  constructor(redis: RedisClient, loader: LazyModuleLoader | undefined) {
    super();
    this.queue = new BullmqQueue(redis);
    this.board = loader && new BullmqBoard(loader);
  }

  async queues(): Promise<object[]> {
    return this.board ? this.board.queues(await this.queue.lanes()) : [];
  }
}
