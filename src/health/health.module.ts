import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Dependencies } from './dependencies.js';
import { HealthController } from './health.controller.js';

/** Probes. Needs Config, Lifecycle and HealthChecks from global modules. */
@Module({
  // Our own log says when something fails and when it is back, not at each probe.
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [Dependencies],
  exports: [Dependencies],
})
export class HealthModule {}
