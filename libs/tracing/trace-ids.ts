import type { SpanContext } from '@opentelemetry/api';
import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace';

type Ids = Pick<SpanContext, 'traceId' | 'spanId'>;

/** Random ones, but for a span whose ids are settled. */
export class TraceIds implements IdGenerator {
  private readonly random = new RandomIdGenerator();
  private settled: Ids | undefined;

  generateTraceId = (): string => this.settled?.traceId ?? this.random.generateTraceId();
  generateSpanId = (): string => this.settled?.spanId ?? this.random.generateSpanId();

  /** `start` starts one span, and it gets these. */
  as<T>(ids: Ids, start: () => T): T {
    this.settled = ids;
    try {
      return start();
    } finally {
      this.settled = undefined;
    }
  }
}

/** A UUID is as long as a trace id; its last half, mostly random, names the trace's first span. */
export function idsOf(uuid: string): Ids {
  const traceId = uuid.replaceAll('-', '').toLowerCase();
  return { traceId, spanId: traceId.slice(16) };
}

/** https://www.w3.org/TR/trace-context/#traceparent-header */
export function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

export function parseTraceparent(text: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(text ?? '') ?? [];
  return traceId === undefined ? undefined : { traceId, spanId, traceFlags: parseInt(flags, 16) & 1, isRemote: true };
}
