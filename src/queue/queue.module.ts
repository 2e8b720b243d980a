import { type BeforeApplicationShutdown, type DynamicModule, Module } from '@nestjs/common';
import { Clients } from '../clients/clients.service.js';
import { ClientsModule } from '../clients/clients.module.js';
import { ClusterModule } from '../cluster/cluster.module.js';
import { Presence } from '../cluster/presence.service.js';
import type { Config } from '../config/config.js';
import { perConfig } from '../config/per-config.js';
import { Lifecycle } from '../lifecycle/lifecycle.service.js';
import { LifecycleModule } from '../lifecycle/lifecycle.module.js';
import { Queue, QueueBoard } from './index.js';

type Limits = Record<string, number>;
type Backend = Required<Pick<DynamicModule, 'imports' | 'providers' | 'exports'>>;

const backends: Record<Config['QUEUE'], (limits: Limits, config: Config) => Promise<Backend>> = {
  memory: async (limits) => {
    const { MemoryQueue } = await import('./memory/queue.js');
    return {
      imports: [],
      providers: [
        { provide: Queue, useFactory: () => new MemoryQueue(limits) },
        { provide: QueueBoard, useFactory: () => new QueueBoard() },
      ],
      exports: [Queue, QueueBoard],
    };
  },
  redis: async (limits, config) => {
    const { BullmqQueueModule } = await import('./bullmq/queue.module.js');
    const { FormerQueues } = await import('./bullmq/former-queues.js');
    const bullmq = BullmqQueueModule.forRoot({
      limits,
      redis: { imports: [ClientsModule], inject: [Clients], useFactory: (clients: Clients) => clients.redis() },
    });
    const former = {
      provide: FormerQueues,
      inject: [Clients, Presence, Lifecycle],
      useFactory: async (clients: Clients, presence: Presence, lifecycle: Lifecycle) => {
        const queues = new FormerQueues(await clients.redis(), () => presence.seesFormerQueues());
        lifecycle.onServe(async () => queues.watch());
        return queues;
      },
    };
    const imports = [bullmq, ClientsModule, ClusterModule.forRoot(config), LifecycleModule];
    return { imports, providers: [former], exports: [bullmq] };
  },
};

/** The line in which questions wait for a worker, with a lane for each endpoint that has a `maxConcurrent`. */
@Module({})
export class QueueModule implements BeforeApplicationShutdown {
  static readonly forRoot = perConfig(async (config): Promise<DynamicModule> => {
    const limited = config.endpoints.filter(({ maxConcurrent }) => maxConcurrent !== undefined);
    const limits = Object.fromEntries(limited.map(({ name, maxConcurrent }) => [name, maxConcurrent as number]));
    return { module: QueueModule, ...(await backends[config.QUEUE](limits, config)) };
  });

  constructor(private readonly queue: Queue) {}

  /** Before the clients. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.queue.close();
  }
}
