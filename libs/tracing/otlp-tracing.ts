import { ROOT_CONTEXT, type Span as OtelSpan, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type Sampler, SamplingDecision, TracerProvider } from '@opentelemetry/sdk-trace';
import { within } from '../async/index.js';
import type { OtlpOptions } from './otlp-options.js';
import { samplerOf } from './otlp-sampler.js';
import { idsOf, parseTraceparent, TraceIds, traceparentOf } from './trace-ids.js';
import { type Attributes, type Kind, type Span, type SpanOptions, Tracing } from './tracing.js';
import { LoggedExporter } from './logged-exporter.js';

const EXPORT_MS = 5000;
const CLOSE_MS = 2000;

const KINDS: Record<Kind, SpanKind> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};
const kindOf = (kind: Kind | undefined) => (kind ? KINDS[kind] : SpanKind.INTERNAL);

/**
 * Over OTLP/HTTP, in batches and in the background. What a collector does not take is dropped: it never holds anything
 * up. Contexts are handed on explicitly: following them through every promise would cost each of them something.
 */
export class OtlpTracing extends Tracing {
  private readonly ids = new TraceIds();
  private readonly sampler: Sampler;
  private readonly provider: TracerProvider;
  private readonly tracer: Tracer;
  private closing: Promise<void> | undefined;

  constructor({ endpoint, headers, sampler, ratio, resource, warn }: OtlpOptions & { endpoint: string }) {
    super();
    this.sampler = samplerOf(sampler, ratio);
    const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
    const exporter = new OTLPTraceExporter({ url, headers, timeoutMillis: EXPORT_MS });
    this.provider = new TracerProvider({
      sampler: this.sampler,
      idGenerator: this.ids,
      resource: resourceFromAttributes(resource),
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: new LoggedExporter(exporter, warn),
          scheduledDelayMillis: 1000,
          exportTimeoutMillis: EXPORT_MS,
        }),
      ],
    });
    this.tracer = this.provider.getTracer('parley');
  }

  begin(id: string, name: string, { kind, attributes, startedAt }: SpanOptions = {}): Span {
    const options = { root: true, kind: kindOf(kind), attributes, startTime: startedAt };
    const span = this.ids.as(idsOf(id), () => this.tracer.startSpan(name, options, ROOT_CONTEXT));
    return new OtlpSpan(this.tracer, span);
  }

  join(id: string, name: string, { kind, attributes, startedAt, traceparent }: SpanOptions = {}): Span {
    const parent = parseTraceparent(traceparent) ?? this.first(id);
    const context = trace.setSpanContext(ROOT_CONTEXT, parent);
    const options = { kind: kindOf(kind), attributes, startTime: startedAt };
    return new OtlpSpan(this.tracer, this.tracer.startSpan(name, options, context));
  }

  close(): Promise<void> {
    return (this.closing ??= within(CLOSE_MS, this.provider.shutdown(), () => undefined).catch(() => undefined));
  }

  /** The first span of a trace as another process began it: where all sample alike, this one knows whether it was taken. */
  private first(id: string) {
    const ids = idsOf(id);
    const { decision } = this.sampler.shouldSample(ROOT_CONTEXT, ids.traceId, '', SpanKind.SERVER, {}, []);
    return { ...ids, traceFlags: decision === SamplingDecision.RECORD_AND_SAMPLED ? 1 : 0, isRemote: true };
  }
}

class OtlpSpan implements Span {
  constructor(
    private readonly tracer: Tracer,
    private readonly span: OtelSpan,
  ) {}

  get traceparent(): string {
    return traceparentOf(this.span.spanContext());
  }

  child(name: string, { kind, attributes }: Pick<SpanOptions, 'kind' | 'attributes'> = {}): Span {
    const context = trace.setSpan(ROOT_CONTEXT, this.span);
    return new OtlpSpan(this.tracer, this.tracer.startSpan(name, { kind: kindOf(kind), attributes }, context));
  }

  set(attributes: Attributes): void {
    this.span.setAttributes(attributes);
  }

  event(name: string): void {
    this.span.addEvent(name);
  }

  /** By its kind alone: an error's text may hold what people wrote. */
  fail(error: unknown): void {
    const { code, name } = error as { code?: unknown; name?: unknown };
    this.span.setAttribute('error.type', String(code ?? name ?? 'error'));
    this.span.setStatus({ code: SpanStatusCode.ERROR });
  }

  end(): void {
    this.span.end();
  }
}
