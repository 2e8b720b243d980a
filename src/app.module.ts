import { type DynamicModule, Module } from '@nestjs/common';
import { AccountModule } from './account/account.module.js';
import { AdminModule } from './admin/admin.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CacheModule } from './cache/cache.module.js';
import { ChatModule } from './chat/chat.module.js';
import { ClusterModule } from './cluster/cluster.module.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { EventLogModule } from './event-log/event-log.module.js';
import { FilesModule } from './files/files.module.js';
import { GenerationModule } from './generation/generation.module.js';
import { HealthModule } from './health/health.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { ModelsModule } from './models/models.module.js';
import { ProgramsModule } from './programs/programs.module.js';
import { QueueModule } from './queue/queue.module.js';
import { RateLimitModule } from './rate-limit/rate-limit.module.js';
import { RealtimeModule } from './realtime/realtime.module.js';
import { SelfTestModule } from './self-test/self-test.module.js';

/** The whole product. What a feature swaps, and between what, stands in its own module. */
@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        ClusterModule.forRoot(config),
        EventLogModule.forRoot(config),
        CacheModule.forRoot(config),
        QueueModule.forRoot(config),
        ModelsModule.forRoot(config),
        // Before the guard of `auth`: a call without a session counts too.
        RateLimitModule.forRoot(config),
        AuthModule.forRoot(config),
        ChatModule.forRoot(config),
        FilesModule.forRoot(config),
        // Before it: its route stands among the streams.
        SelfTestModule,
        GenerationModule.forRoot(config),
        ProgramsModule.forRoot(config),
        AccountModule.forRoot(config),
        RealtimeModule.forRoot(config),
        HealthModule.forRoot(config),
        MetricsModule.forRoot(config),
        AdminModule.forRoot(config),
      ],
    };
  }
}
