import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import type { Queue } from 'bullmq';
import type { RedisConnection } from '../../../libs/redis/index.js';

/** How BullMQ's queue of a lane is reached. */
export interface LaneQueue {
  name: string;
  connection: RedisConnection;
  prefix: string;
}

/**
 * BullMQ's queues as objects, for a board that shows them: registered with Nest, which closes them in the end. They are
 * registered when asked for, as lanes come about while the product runs: for the same reason its `@Processor` classes,
 * which know their queue and their number when they are written, are of no use to the workers.
 */
@Injectable()
export class BullmqBoard {
  private readonly known = new Map<string, Queue>();

  constructor(private readonly loader: LazyModuleLoader) {}

  /** In the order of `lanes`; the same objects each time. */
  async queues(lanes: LaneQueue[]): Promise<Queue[]> {
    const fresh = lanes.filter(({ name }) => !this.known.has(name));
    if (fresh.length > 0) {
      const options = fresh.map((lane) => ({ ...lane, skipMetasUpdate: true, skipVersionCheck: true }));
      const registered = await this.loader.load(() => BullModule.registerQueue(...options), { logger: false });
      for (const { name } of fresh) {
        const queue = registered.get<Queue>(getQueueToken(name));
        // The client tells of outages; unheard, an error would end the process.
        queue.on('error', () => {});
        this.known.set(name, queue);
      }
    }
    return lanes.map(({ name }) => this.known.get(name) as Queue);
  }
}
