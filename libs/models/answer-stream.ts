import type { IncomingHttpHeaders } from 'node:http';
import { BoundedBody } from './bounded-body.js';
import { ChunkQueue } from './chunk-queue.js';
import { ModelError, type ModelUsage } from './model.js';
import type { CallListener, CallPhase, ProviderCall } from './provider-call.js';
import type { ProviderFailures } from './provider-failures.js';
import { SseParser } from './sse-parser.js';

/** Where a reader of a provider's events puts what it finds. */
export interface AnswerSink {
  text(text: string): void;
  usage(usage: ModelUsage): void;
  /** The answer is complete; its usage may still follow. */
  complete(): void;
  /** The answer is complete, and nothing follows. */
  end(): void;
}

/** Reads one event of a provider; `event` is its name, '' where it has none. Throws ModelError, or anything for garbage. */
export type ReadEvent = (data: string, event: string, sink: AnswerSink) => void;

const ERROR_BYTES = 16 * 1024;
/** An error's body has to come in this time: its status says enough. */
const ERROR_MS = 5000;
/** What may follow a complete answer (usage, an end marker) has to come in this time. */
const USAGE_MS = 5000;
/** The last bytes of a body: when they come in this time the connection can be kept. */
const END_MS = 1000;

/** One answer: from the bytes of a call to chunks, its end, or a ModelError. Starts with its making. */
export class AnswerStream extends ChunkQueue implements CallListener, AnswerSink {
  private readonly parser: SseParser;
  private call: ProviderCall | undefined;
  private error: { status: number; headers: IncomingHttpHeaders; body: BoundedBody } | undefined;
  private isComplete = false;

  constructor(
    open: (listener: CallListener) => ProviderCall,
    read: ReadEvent,
    private readonly failures: ProviderFailures,
    private readonly signal: AbortSignal,
  ) {
    super();
    this.parser = new SseParser((data, event) => {
      if (!this.isOver) read(data, event, this);
    });
    if (signal.aborted) {
      this.fail(signal.reason);
      return;
    }
    signal.addEventListener('abort', this.abort);
    this.call = open(this);
  }

  onHead(status: number, headers: IncomingHttpHeaders): void {
    // Who was asked for a stream and sends a document sends an error, or is somebody else.
    if (status === 200 && !/\b(json|html)\b/i.test(headers['content-type'] ?? '')) return;
    this.error = { status, headers, body: new BoundedBody(ERROR_BYTES) };
    this.call?.hurry(ERROR_MS);
  }

  onBytes(chunk: Buffer): void {
    if (this.error) {
      if (!this.error.body.add(chunk)) this.failByAnswer();
      return;
    }
    this.parse(() => this.parser.feed(chunk));
    this.flush();
  }

  onEnd(): void {
    if (this.error) return this.failByAnswer();
    this.parse(() => this.parser.end());
    if (this.isComplete) this.finish();
    else this.fail(this.failures.brokenOff());
  }

  onFailure(phase: CallPhase, cause?: Error): void {
    if (this.error) return this.failByAnswer();
    if (this.isComplete) this.finish();
    else this.fail(cause ? this.failures.ofNetwork(phase, cause) : this.failures.ofSilence(phase));
  }

  complete(): void {
    this.isComplete = true;
    this.call?.hurry(USAGE_MS);
  }

  end(): void {
    this.call?.letEnd(END_MS);
    this.call = undefined;
    this.finish();
  }

  protected override onPause(): void {
    this.call?.pause();
  }

  protected override onResume(): void {
    this.call?.resume();
  }

  protected override onOver(): void {
    this.signal.removeEventListener('abort', this.abort);
    this.call?.abort();
    this.call = undefined;
  }

  private readonly abort = (): void => this.breakOff(this.signal.reason);

  private parse(feed: () => void): void {
    try {
      feed();
    } catch (error) {
      // Whatever is wrong after the end doesn't take it back.
      if (this.isComplete) return this.finish();
      this.fail(error instanceof ModelError ? error : this.failures.garbage(error));
    }
  }

  private failByAnswer(): void {
    const { status, headers, body } = this.error!;
    this.fail(this.failures.ofAnswer(status, headers, body.toString()));
  }
}
