import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { ClusterMetrics, CONTENT_TYPE } from '../../libs/metrics/index.js';
import { Exposition, metricsQuery, type MetricsQuery } from '../contract/operations.js';
import { Answers } from '../http/described.js';
import { Probe, Query } from '../http/route.js';
import { MetricsGuard } from './metrics.guard.js';

@Probe()
@Controller('metrics')
@UseGuards(MetricsGuard)
export class MetricsController {
  constructor(private readonly metrics: ClusterMetrics) {}

  /** Of all instances, whichever answers; with `?scope=instance` of the one that does. */
  @Get()
  @Answers(Exposition, { type: 'text/plain', description: 'Prometheus’ text format.' })
  @Header('Content-Type', CONTENT_TYPE)
  @Header('Cache-Control', 'no-store')
  read(@Query({ schema: metricsQuery }) { scope }: MetricsQuery): Promise<string> {
    return scope === 'instance' ? this.metrics.own() : this.metrics.all();
  }
}
