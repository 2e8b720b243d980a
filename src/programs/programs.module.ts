import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ClusterModule } from '../cluster/cluster.module.js';
import { perConfig } from '../config/per-config.js';
import { GenerationModule } from '../generation/generation.module.js';
import { LifecycleModule } from '../lifecycle/lifecycle.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { CallAdmission } from './admission/call-admission.service.js';
import { OpenCalls } from './admission/open-calls.service.js';
import { AnswersController } from './api/answers.controller.js';
import { ProgramModelsController } from './api/models.controller.js';
import { OfferedModels } from './offered/offered-models.service.js';
import { ProgramMetrics } from './program-metrics.service.js';
import { Answers } from './run/answers.service.js';
import { Counted } from './run/counted.service.js';
import { ProgramCalls } from './run/program-calls.service.js';

/** The front door for programs, in the dialects that they speak. */
@Module({})
export class ProgramsModule {
  static readonly forRoot = perConfig((config) => ({
    module: ProgramsModule,
    imports: [
      ...[LifecycleModule, ObservabilityModule, ClusterModule.forRoot(config), NoticesModule.forRoot(config)],
      ...[QueueModule.forRoot(config), RateLimitModule.forRoot(config), AuthModule.forRoot(config)],
      GenerationModule.forRoot(config),
    ],
    controllers: [ProgramModelsController, AnswersController],
    providers: [OfferedModels, CallAdmission, OpenCalls, ProgramMetrics, ProgramCalls, Answers, Counted],
  }));
}
