import { Module } from '@nestjs/common';
import { InstanceRegistry, Signals, Totals } from '../../libs/cluster/index.js';
import { adapter, type Adapters } from '../clients/adapter.js';
import { ClientsModule } from '../clients/clients.module.js';
import { perConfig } from '../config/per-config.js';
import { LifecycleModule } from '../lifecycle/lifecycle.module.js';
import { Presence } from './presence.service.js';

const signals = {
  memory: async () => new (await import('../../libs/cluster/signals/memory/signals.js')).MemorySignals(),
  redis: async (clients) =>
    new (await import('../../libs/cluster/signals/redis/signals.js')).RedisSignals(await clients.redis()),
} satisfies Adapters<Signals, 'REALTIME'>;

/** A command looks at the list, too. */
export const instances = {
  memory: async () =>
    new (await import('../../libs/cluster/instances/memory/instance-registry.js')).MemoryInstanceRegistry(),
  redis: async (clients) =>
    new (await import('../../libs/cluster/instances/redis/instance-registry.js')).RedisInstanceRegistry(
      await clients.redis(),
    ),
} satisfies Adapters<InstanceRegistry, 'REALTIME'>;

const totals = {
  memory: async () => new (await import('../../libs/cluster/totals/memory/totals.js')).MemoryTotals(),
  redis: async (clients) =>
    new (await import('../../libs/cluster/totals/redis/totals.js')).RedisTotals(await clients.redis()),
} satisfies Adapters<Totals, 'REALTIME'>;

/** What instances say to one another, who they are, and what they have counted together. */
@Module({})
export class ClusterModule {
  static readonly forRoot = perConfig((config) => ({
    module: ClusterModule,
    imports: [LifecycleModule, ClientsModule],
    providers: [
      adapter(Signals, signals[config.REALTIME]),
      adapter(InstanceRegistry, instances[config.REALTIME]),
      adapter(Totals, totals[config.REALTIME]),
      Presence,
    ],
    exports: [Signals, InstanceRegistry, Totals, Presence],
  }));
}
