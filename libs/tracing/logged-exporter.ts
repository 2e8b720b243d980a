import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

type Done = Parameters<SpanExporter['export']>[1];

/** An exporter of which one hears when it fails: once, and once more when it works again. */
export class LoggedExporter implements SpanExporter {
  private failing = false;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly warn: (message: string) => void,
  ) {}

  export(spans: ReadableSpan[], done: Done): void {
    this.exporter.export(spans, (result) => {
      this.tell(result.code === 0, result.error);
      done(result);
    });
  }

  forceFlush(): Promise<void> {
    return this.exporter.forceFlush?.() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  private tell(worked: boolean, error: Error | undefined): void {
    if (worked !== this.failing) return;
    this.failing = !worked;
    this.warn(
      worked ? 'traces are delivered again' : `traces can not be delivered, and are dropped: ${String(error?.message)}`,
    );
  }
}
