import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { Metrics, Rate, Recent } from '../../libs/metrics/index.js';
import { routeOf } from '../http/route.js';

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/** How long calls take, and how many there are. */
@Injectable()
export class HttpMetrics {
  /** Of calls that are answered at once: streams last as long as their answer. Seconds. */
  readonly recent = new Recent();
  readonly rate = new Rate();
  private readonly durations;

  constructor(metrics: Metrics) {
    this.durations = metrics.histogram(
      'parley_http_request_duration_seconds',
      'From a request’s arrival to the end of its answer, by the pattern of its route; of event streams to their end',
      BOUNDS,
      ['method', 'route', 'status'],
    );
  }

  /**
   * Measures every request. The raw answer's `close` comes always, also where a client leaves in the middle of a stream;
   * Fastify's `onResponse` does not.
   */
  measure(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      const started = performance.now();
      this.rate.count();
      reply.raw.once('close', () => {
        const seconds = (performance.now() - started) / 1000;
        const route = request.routeOptions.url ?? '-';
        this.durations.observe({ method: request.method, route, status: reply.raw.statusCode }, seconds);
        if (!routeOf(request).stream) this.recent.add(seconds);
      });
      done();
    });
  }
}
