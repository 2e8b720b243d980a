import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { HitCounter } from './index.js';
import { Config } from '../config/config.js';
import { ApiGuard } from './api.guard.js';
import { policiesOf } from './policies.js';
import { RateLimits } from './rate-limits.js';

/**
 * Import it before the module of the AuthGuard: guards run in the order of their modules, and a call without a session
 * counts too.
 */
@Global()
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      inject: [HitCounter, Config],
      useFactory: (storage: HitCounter, config: Config) => {
        const { max, windowMs } = policiesOf(config).api;
        return { storage, throttlers: [{ name: 'api', limit: max, ttl: windowMs }] };
      },
    }),
  ],
  providers: [RateLimits, { provide: APP_GUARD, useClass: ApiGuard }],
  exports: [RateLimits],
})
export class RateLimitModule {}
