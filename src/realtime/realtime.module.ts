import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import type { Adapters } from '../clients/adapter.js';
import { perConfig } from '../config/per-config.js';
import { NoticesModule } from '../notices/notices.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { RealtimeGateway } from './realtime.gateway.js';
import type { SocketAdapter } from './realtime.adapter.js';
import { SessionWatch } from './session-watch.service.js';

/** Rooms and broadcasts are Socket.IO's trade: its adapters are the port. `createApp` gives one to the server of sockets. */
export const socketAdapters = {
  memory: async () => undefined,
  redis: async (clients) => (await import('./redis/socket-adapter.js')).redisSocketAdapter(await clients.redis()),
} satisfies Adapters<SocketAdapter | undefined, 'REALTIME'>;

/** Live updates over Socket.IO, to the sockets on all instances. */
@Module({})
export class RealtimeModule {
  static readonly forRoot = perConfig((config) => ({
    module: RealtimeModule,
    imports: [
      ...[ObservabilityModule, NoticesModule.forRoot(config)],
      ...[RateLimitModule.forRoot(config), AuthModule.forRoot(config)],
    ],
    providers: [RealtimeGateway, SessionWatch],
    exports: [RealtimeGateway],
  }));
}
