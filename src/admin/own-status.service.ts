import { Injectable } from '@nestjs/common';
import { ProcessFigures, type Quantiles } from '../../libs/metrics/index.js';
import { Config } from '../config/config.js';
import { version } from '../config/version.js';
import type { InstanceStatus } from '../contract/admin.js';
import { GenerationMetrics } from '../generation/answer/generation-metrics.service.js';
import { ActiveRuns } from '../generation/run/active-runs.service.js';
import { AnswerResponse } from '../generation/stream/answer-response.service.js';
import { adaptersInUse } from '../health/adapters.js';
import { Dependencies } from '../health/dependencies.service.js';
import { Lifecycle } from '../lifecycle/lifecycle.service.js';
import { HttpMetrics } from '../metrics/http-metrics.service.js';
import { RealtimeGateway } from '../realtime/realtime.gateway.js';

type Times = Omit<Quantiles, 'count'>;

/** Gathers what the others know of this process. */
@Injectable()
export class OwnStatus {
  constructor(
    private readonly config: Config,
    private readonly lifecycle: Lifecycle,
    private readonly figures: ProcessFigures,
    private readonly http: HttpMetrics,
    private readonly generation: GenerationMetrics,
    private readonly runs: ActiveRuns,
    private readonly answers: AnswerResponse,
    private readonly gateway: RealtimeGateway,
    private readonly dependencies: Dependencies,
  ) {}

  async read(): Promise<InstanceStatus> {
    return {
      ...this.now(),
      adapters: adaptersInUse(this.config),
      dependencies: (await this.dependencies.states()).map((one) => ({ ...one, latencyMs: round(one.latencyMs) })),
    };
  }

  /** What nobody has to be asked for. */
  now(): Omit<InstanceStatus, 'adapters' | 'dependencies'> {
    const { instance, startedAt, draining } = this.lifecycle;
    const { rss, heapUsed, heapTotal } = process.memoryUsage();
    const { cpu, lagP50, lagP99 } = this.figures.state();
    return {
      instance,
      pid: process.pid,
      version: version(),
      startedAt: new Date(startedAt).toISOString(),
      draining,
      cpuPercent: round(cpu * 100),
      memory: { rss, heapUsed, heapTotal },
      eventLoopLagMs: { p50: round(lagP50 * 1000), p99: round(lagP99 * 1000) },
      requestsPerSecond: this.http.rate.perSecond,
      answerTimeMs: inMs(this.http.recent.quantiles()),
      firstTokenMs: inMs(this.generation.recentFirstTokens),
      generationsRunning: this.runs.size,
      sseStreams: this.answers.streams,
      sockets: this.gateway.sockets,
    };
  }
}

function inMs({ p50, p95 }: Quantiles): Times {
  const ms = (seconds: number | null) => (seconds === null ? null : round(seconds * 1000));
  return { p50: ms(p50), p95: ms(p95) };
}

function round(n: number): number {
  return Math.round(n * 100) / 100;
}
