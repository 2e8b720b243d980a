import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ChatModule } from '../chat/chat.module.js';
import { ClusterModule } from '../cluster/cluster.module.js';
import { perConfig } from '../config/per-config.js';
import { GenerationModule } from '../generation/generation.module.js';
import { HealthModule } from '../health/health.module.js';
import { LifecycleModule } from '../lifecycle/lifecycle.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { RealtimeModule } from '../realtime/realtime.module.js';
import { OwnStatus } from './own-status.service.js';
import { OwnHistory } from './own-history.service.js';
import { QueueCookie } from './queue-cookie.service.js';
import { QueueGate } from './queue-gate.service.js';
import { QueuesController } from './queues.controller.js';
import { StatusController } from './status.controller.js';
import { StatusHistoryController } from './status-history.controller.js';
import { AdminKeysController } from './keys.controller.js';
import { UsersController } from './users.controller.js';

/** What admins see and change. It looks at all features; none looks at it. */
@Module({})
export class AdminModule {
  static readonly forRoot = perConfig((config) => ({
    module: AdminModule,
    imports: [
      ...[LifecycleModule, ClusterModule.forRoot(config), QueueModule.forRoot(config), RateLimitModule.forRoot(config)],
      ...[AuthModule.forRoot(config), ChatModule.forRoot(config), GenerationModule.forRoot(config)],
      ...[HealthModule.forRoot(config), MetricsModule.forRoot(config), RealtimeModule.forRoot(config)],
    ],
    controllers: [AdminKeysController, UsersController, StatusController, StatusHistoryController, QueuesController],
    providers: [OwnStatus, OwnHistory, QueueCookie, QueueGate],
  }));
}
