import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';
import type { QueueOptions } from 'bullmq';
import { RedisClient, type RedisLog } from '../../../libs/redis/index.js';
import { QueueBoard } from '../queue-board.js';
import { COMMON_LANE, Queue } from '../queue.js';
import type { LineQueue } from './line.js';
import { queueName } from './names.js';
import { BullmqQueue, prefixOf } from './queue.js';

export interface BullmqQueueModuleOptions {
  /** By lane. */
  limits: Record<string, number>;
  /** The client, whose owner closes it after the queue. */
  redis: Pick<FactoryProvider<RedisClient>, 'useFactory' | 'inject'> & Pick<DynamicModule, 'imports'>;
  log?: RedisLog;
}

/** Few read BullMQ's own story of its jobs. */
const EVENTS = { maxLen: 100 };

/** `Queue` and `QueueBoard` over BullMQ: its queues, one a lane, are registered with Nest, which closes them. */
@Module({})
export class BullmqQueueModule {
  static forRoot({ limits, redis: { imports, ...redis }, log }: BullmqQueueModuleOptions): DynamicModule {
    const client: DynamicModule = {
      module: BullmqRedisModule,
      imports,
      providers: [{ provide: RedisClient, ...redis }],
      exports: [RedisClient],
    };
    const lanes = [COMMON_LANE, ...Object.keys(limits)];
    const tokens = lanes.map((lane) => getQueueToken(queueName(lane)));
    const withQueues = <T>(make: (redis: RedisClient, queues: LineQueue[]) => T) => ({
      inject: [RedisClient, ...tokens],
      useFactory: (redis: RedisClient, ...queues: LineQueue[]) => make(redis, queues),
    });
    const byLane = (queues: LineQueue[]) => new Map(lanes.map((lane, i) => [lane, queues[i]]));
    return {
      module: BullmqQueueModule,
      imports: [
        client,
        BullModule.forRootAsync({ imports: [client], inject: [RedisClient], useFactory: queueOptions }),
        BullModule.registerQueueAsync(
          ...lanes.map((lane) => ({
            name: queueName(lane),
            useFactory: () => ({ streams: { events: EVENTS } }) as never,
          })),
        ),
      ],
      providers: [
        { provide: Queue, ...withQueues((redis, queues) => new BullmqQueue(redis, byLane(queues), limits, { log })) },
        { provide: QueueBoard, ...withQueues((_, queues) => new QueueBoard(queues)) },
      ],
      exports: [Queue, QueueBoard],
    };
  }
}

@Module({})
class BullmqRedisModule {}

/** A call rejects at once while the server is away, also where it has never been there. */
function queueOptions(redis: RedisClient): QueueOptions {
  return {
    connection: redis.commands,
    prefix: prefixOf(redis),
    skipWaitingForReady: true,
    skipVersionCheck: true,
  };
}
