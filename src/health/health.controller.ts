import { Controller, Get, Header } from '@nestjs/common';
import type { HealthCheckResult } from '@nestjs/terminus';
import { AppError } from '../../libs/errors/index.js';
import { Config } from '../config/config.js';
import { version } from '../config/version.js';
import { Alive, Health, Ready } from '../contract/operations.js';
import { Answers } from '../http/described.js';
import { Probe } from '../http/route.js';
import { Lifecycle } from '../lifecycle/lifecycle.service.js';
import { adaptersInUse } from './adapters.js';
import { Dependencies } from './dependencies.service.js';

/** Probes, for people (`/health`), for whoever restarts a process (`live`) and for whoever sends it calls (`ready`). */
@Probe()
@Controller('health')
export class HealthController {
  constructor(
    private readonly config: Config,
    private readonly lifecycle: Lifecycle,
    private readonly dependencies: Dependencies,
  ) {}

  @Get()
  @Answers(Health)
  @Header('Cache-Control', 'no-store')
  async health(): Promise<Health> {
    return {
      status: await this.status(),
      timestamp: new Date().toISOString(),
      uptime: process.uptime(),
      memory: process.memoryUsage(),
      pid: process.pid,
      instance: this.lifecycle.instance,
      version: version(),
      adapters: adaptersInUse(this.config),
    };
  }

  /** Looks at nothing: a restart mends no dependency. */
  @Get('live')
  @Answers(Alive)
  @Header('Cache-Control', 'no-store')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Answers(Ready)
  @Header('Cache-Control', 'no-store')
  async ready(): Promise<HealthCheckResult> {
    if (this.lifecycle.draining) throw new AppError('draining', 503, 'This process is about to stop.');
    const result = await this.dependencies.ask();
    const failed = Object.keys(result.error ?? {});
    if (result.status === 'ok') return result;
    const detail = `Not ready: ${failed.join(', ') || result.status}.`;
    throw new AppError('dependency_down', 503, detail, { retryAfterSeconds: 1, members: { checks: result.details } });
  }

  private async status(): Promise<Health['status']> {
    if (this.lifecycle.draining) return 'draining';
    return (await this.dependencies.ask()).status === 'ok' ? 'healthy' : 'degraded';
  }
}
