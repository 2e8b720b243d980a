import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InstanceRegistry } from '../../libs/cluster/index.js';
import { Metrics, ProcessFigures } from '../../libs/metrics/index.js';

/** The processes themselves: processor, memory, event loop, and how many there are. */
@Injectable()
export class ProcessMetrics implements OnModuleInit, OnModuleDestroy {
  constructor(
    private readonly metrics: Metrics,
    private readonly figures: ProcessFigures,
    private readonly registry: InstanceRegistry,
  ) {}

  onModuleInit(): void {
    this.figures.start();
    const { metrics } = this;
    metrics.total('process_cpu_seconds_total', 'Processor time of all instances', cpuSeconds);
    metrics.gauge('process_resident_memory_bytes', 'Memory of all instances', 'sum', () => process.memoryUsage.rss());
    metrics.gauge('parley_memory_used_ratio', 'Share of what the fullest instance may take', 'max', memoryUsed);
    // The youngest's: it changes with every start, planned or not.
    metrics.gauge('process_start_time_seconds', 'When the youngest instance was started', 'max', startTime);
    metrics.gauge('nodejs_heap_size_used_bytes', 'Heap in use in all instances', 'sum', heapUsed);
    metrics.gauge('nodejs_eventloop_lag_seconds', 'How late timers fire, at the slowest instance', 'max', () => {
      const { lagP50, lagP99, lagMax } = this.figures.state();
      return [
        [{ quantile: '0.5' }, lagP50],
        [{ quantile: '0.99' }, lagP99],
        [{ quantile: '1' }, lagMax],
      ];
    });
    metrics.gauge('parley_instances', 'Instances that are up, by whether they are draining', 'first', async () => {
      const all = await this.registry.list();
      const draining = all.filter((instance) => instance.draining).length;
      return [
        [{ draining: 'false' }, all.length - draining],
        [{ draining: 'true' }, draining],
      ];
    });
  }

  onModuleDestroy(): void {
    this.figures.stop();
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function startTime(): number {
  return Math.round(performance.timeOrigin) / 1000;
}

/** Of V8's heap, and of what a container may have: where one is full the process ends. */
function memoryUsed(): Array<[{ of: string }, number]> {
  const heap = process.memoryUsage().heapUsed / getHeapStatistics().heap_size_limit;
  // 0 or beyond any machine's memory: there is no limit.
  const limit = process.constrainedMemory();
  const isLimited = limit > 0 && limit <= totalmem();
  const used: Array<[{ of: string }, number]> = [[{ of: 'heap' }, heap]];
  if (isLimited) used.push([{ of: 'container' }, process.memoryUsage.rss() / limit]);
  return used;
}

function heapUsed(): number {
  return process.memoryUsage().heapUsed;
}
