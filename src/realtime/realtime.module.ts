import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { adapter, type Adapters } from '../clients/adapter.js';
import { ClientsModule } from '../clients/clients.module.js';
import { perConfig } from '../config/per-config.js';
import { NoticesModule } from '../notices/notices.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { RealtimeGateway } from './realtime.gateway.js';
import { SessionWatch } from './session-watch.service.js';
import { SocketRooms } from './socket-rooms.js';

const rooms = {
  memory: async () => new (await import('./memory/socket-rooms.js')).MemorySocketRooms(),
  redis: async (clients) => new (await import('./redis/socket-rooms.js')).RedisSocketRooms(await clients.redis()),
} satisfies Adapters<SocketRooms, 'REALTIME'>;

/** Live updates over Socket.IO, to the sockets on all instances. */
@Module({})
export class RealtimeModule {
  static readonly forRoot = perConfig((config) => ({
    module: RealtimeModule,
    imports: [
      ...[ClientsModule, ObservabilityModule, NoticesModule.forRoot(config)],
      ...[RateLimitModule.forRoot(config), AuthModule.forRoot(config)],
    ],
    providers: [adapter(SocketRooms, rooms[config.REALTIME]), RealtimeGateway, SessionWatch],
    exports: [RealtimeGateway],
  }));
}
