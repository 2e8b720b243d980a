import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { GenerationModule } from '../generation/generation.module.js';
import { HealthModule } from '../health/health.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { RealtimeModule } from '../realtime/realtime.module.js';
import { OwnStatus } from './instance-status.js';
import { OwnHistory } from './own-history.js';
import { QueueCookie } from './queue-cookie.js';
import { QueueGate } from './queue-gate.js';
import { QueuesController } from './queues.controller.js';
import { StatusController } from './status.controller.js';
import { StatusHistoryController } from './status-history.controller.js';
import { UsersController } from './users.controller.js';

/** What admins see and change. It looks at all features; none looks at it. */
@Module({
  imports: [AuthModule, GenerationModule, HealthModule, MetricsModule, RealtimeModule],
  controllers: [UsersController, StatusController, StatusHistoryController, QueuesController],
  providers: [OwnStatus, OwnHistory, QueueCookie, QueueGate],
})
export class AdminModule {}
