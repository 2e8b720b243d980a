import { Controller, Get, Header, Query, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { ClusterMetrics, CONTENT_TYPE } from '../../libs/metrics/index.js';
import { MetricsGuard } from './metrics.guard.js';

const scopeQuery = z.strictObject({ scope: z.enum(['all', 'instance']).default('all') });

@Controller('metrics')
@UseGuards(MetricsGuard)
export class MetricsController {
  constructor(private readonly metrics: ClusterMetrics) {}

  /** Of all instances, whichever answers; with `?scope=instance` of the one that does. */
  @Get()
  @Header('Content-Type', CONTENT_TYPE)
  @Header('Cache-Control', 'no-store')
  read(@Query({ schema: scopeQuery }) { scope }: z.infer<typeof scopeQuery>): Promise<string> {
    return scope === 'instance' ? this.metrics.own() : this.metrics.all();
  }
}
