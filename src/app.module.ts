import { type DynamicModule, Global, Module } from '@nestjs/common';
import { AccountModule } from './account/account.module.js';
import { AdminModule } from './admin/admin.module.js';
import { AdaptersModule } from './adapters.module.js';
import { AuthModule } from './auth/auth.module.js';
import { ChatModule } from './chat/chat.module.js';
import { Config } from './config/config.js';
import { DoctorModule } from './self-test/self-test.module.js';
import { GenerationModule } from './generation/generation.module.js';
import { HealthModule } from './health/health.module.js';
import { Lifecycle } from './lifecycle/lifecycle.js';
import { Presence } from './lifecycle/presence.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { ModelsModule } from './models/models.module.js';
import { Notices } from './notices/notices.js';
import { RateLimitModule } from './rate-limit/rate-limit.module.js';
import { RealtimeModule } from './realtime/realtime.module.js';

/** What everything else is built on. */
@Global()
@Module({})
class FoundationModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: FoundationModule,
      providers: [{ provide: Config, useValue: config }, Lifecycle, Presence, Notices],
      exports: [Config, Lifecycle, Presence, Notices],
    };
  }
}

@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        FoundationModule.forRoot(config),
        AdaptersModule.forRoot(),
        ModelsModule,
        // Before the guard of `auth`: a call without a session counts too.
        RateLimitModule,
        AuthModule,
        ChatModule,
        // Before it: its route stands among the streams.
        DoctorModule,
        GenerationModule,
        AccountModule,
        RealtimeModule,
        HealthModule,
        MetricsModule,
        AdminModule,
      ],
    };
  }
}
