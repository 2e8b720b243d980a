export type Attributes = Record<string, string | number | boolean | undefined>;

/** What a span does, as OpenTelemetry tells them apart; without one it is work within a process. */
export type Kind = 'server' | 'client' | 'producer' | 'consumer';

export interface SpanOptions {
  kind?: Kind;
  attributes?: Attributes;
  /** When it began, ms since 1970; undefined: now. */
  startedAt?: number;
  /** The span under which it belongs, as another process told it (W3C Trace Context). Undefined: the trace's first. */
  traceparent?: string;
}

/** A piece of work with its time. Nothing here fails or waits. */
export interface Span {
  /** To be handed to another process; undefined where nothing is traced. */
  readonly traceparent: string | undefined;
  child(name: string, options?: Pick<SpanOptions, 'kind' | 'attributes'>): Span;
  set(attributes: Attributes): void;
  /** Something that happened meanwhile. */
  event(name: string): void;
  fail(error: unknown): void;
  /** Once. */
  end(): void;
}

/**
 * Traces of work that goes through several processes. A trace is named by a UUID that all of them know already: that is
 * its trace id, so that each of them finds the trace without being told, and so does whoever looks for it.
 */
export abstract class Tracing {
  /** The first span of the trace of `id`. */
  abstract begin(id: string, name: string, options?: SpanOptions): Span;

  /** A further span of the trace of `id`. */
  abstract join(id: string, name: string, options?: SpanOptions): Span;

  /** Sends what is left, for a moment at most; any number of times. Never rejects. */
  abstract close(): Promise<void>;
}

/** Does nothing, and costs as much. */
export const NO_SPAN: Span = {
  traceparent: undefined,
  child: () => NO_SPAN,
  set: () => {},
  event: () => {},
  fail: () => {},
  end: () => {},
};

export class NoTracing extends Tracing {
  begin(): Span {
    return NO_SPAN;
  }

  join(): Span {
    return NO_SPAN;
  }

  async close(): Promise<void> {}
}

/** Does `work` within a span: ends it, and notes a failure. */
export async function traced<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}
