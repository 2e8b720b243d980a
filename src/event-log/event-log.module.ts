import { Module } from '@nestjs/common';
import { EventLog } from '../../libs/event-log/index.js';
import { adapter, type Adapters } from '../clients/adapter.js';
import { ClientsModule } from '../clients/clients.module.js';
import { perConfig } from '../config/per-config.js';

const eventLogs = {
  memory: async () => new (await import('../../libs/event-log/memory/event-log.js')).MemoryEventLog(),
  redis: async (clients) =>
    new (await import('../../libs/event-log/redis/event-log.js')).RedisEventLog(await clients.redis()),
} satisfies Adapters<EventLog, 'EVENT_LOG'>;

/** The log of each answer, from which it is streamed. */
@Module({})
export class EventLogModule {
  static readonly forRoot = perConfig((config) => ({
    module: EventLogModule,
    imports: [ClientsModule],
    providers: [adapter(EventLog, eventLogs[config.EVENT_LOG])],
    exports: [EventLog],
  }));
}
