import { type BeforeApplicationShutdown, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InstanceRegistry, Signals, Totals } from '../../libs/cluster/index.js';
import { ClusterMetrics, Metrics, ProcessFigures } from '../../libs/metrics/index.js';
import { ClusterModule } from '../cluster/cluster.module.js';
import { perConfig } from '../config/per-config.js';
import { Lifecycle } from '../lifecycle/lifecycle.service.js';
import { LifecycleModule } from '../lifecycle/lifecycle.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { HttpMetrics } from './http-metrics.service.js';
import { MetricsController } from './metrics.controller.js';
import { ProcessMetrics } from './process-metrics.service.js';

/** Shows what all others count. Knows no feature: each declares its own with `Metrics`. */
@Module({})
export class MetricsModule implements OnModuleInit, OnModuleDestroy, BeforeApplicationShutdown {
  static readonly forRoot = perConfig((config) => ({
    module: MetricsModule,
    imports: [ObservabilityModule, LifecycleModule, ClusterModule.forRoot(config)],
    controllers: [MetricsController],
    providers: [
      HttpMetrics,
      ProcessFigures,
      ProcessMetrics,
      {
        provide: ClusterMetrics,
        inject: [Metrics, Totals, Signals, InstanceRegistry, Lifecycle],
        useFactory: (
          metrics: Metrics,
          totals: Totals,
          signals: Signals,
          registry: InstanceRegistry,
          { instance }: Lifecycle,
        ) => new ClusterMetrics(metrics, totals, signals, registry, instance),
      },
    ],
    exports: [HttpMetrics, ProcessFigures],
  }));

  private serving = false;

  constructor(
    private readonly metrics: ClusterMetrics,
    private readonly lifecycle: Lifecycle,
  ) {}

  onModuleInit(): void {
    this.lifecycle.onServe(async () => void (this.serving = true));
  }

  onModuleDestroy(): void {
    this.metrics.close();
  }

  /** When the last request is answered, and the backends are still open. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.serving && this.lifecycle.draining) await this.metrics.leave().catch(() => undefined);
  }
}
