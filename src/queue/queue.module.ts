import { Module } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { adapter, type Adapters } from '../clients/adapter.js';
import { Clients } from '../clients/clients.js';
import { ClientsModule } from '../clients/clients.module.js';
import { perConfig } from '../config/per-config.js';
import { Queue, QueueBoard } from './index.js';

const queues = {
  memory: async () => new (await import('./memory/queue.js')).MemoryQueue(),
  redis: async (clients) => new (await import('./bullmq/queue.js')).BullmqQueue(await clients.redis()),
} satisfies Adapters<Queue, 'QUEUE'>;

const boards = {
  memory: async () => new (await import('./memory/queue-board.js')).MemoryQueueBoard(),
  redis: async (clients: Clients, loader: LazyModuleLoader) =>
    new (await import('./bullmq/queue-board.js')).BullmqQueueBoard(await clients.redis(), loader),
};

/** The line in which questions wait for a worker. */
@Module({})
export class QueueModule {
  static readonly forRoot = perConfig((config) => ({
    module: QueueModule,
    imports: [ClientsModule],
    providers: [
      adapter(Queue, queues[config.QUEUE]),
      { provide: QueueBoard, inject: [Clients, LazyModuleLoader], useFactory: boards[config.QUEUE] },
    ],
    exports: [Queue, QueueBoard],
  }));
}
