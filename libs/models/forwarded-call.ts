import type { IncomingHttpHeaders } from 'node:http';
import { canDecompress, encodingOf } from './decompressor.js';
import type { Forwarded } from './forwarded.js';
import type { CallListener, CallPhase, ProviderCall } from './provider-call.js';
import type { ProviderFailures } from './provider-failures.js';
import { PullQueue } from './pull-queue.js';

/** Of one connection (RFC 9110 §7.6.1), and not of the answer. */
const OF_CONNECTION = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-connection', 'te', 'trailer', 'transfer-encoding'],
  ...['upgrade', 'set-cookie', 'alt-svc'],
]);

/** Calls a provider and hands its answer on. As `Model.forward`. */
export function forwardCall(
  send: (listener: CallListener) => ProviderCall,
  failures: ProviderFailures,
  signal: AbortSignal,
): Promise<Forwarded> {
  return new Promise((resolve, reject) => new ForwardedCall({ resolve, reject }, failures, signal).start(send));
}

interface Head {
  resolve(answer: Forwarded): void;
  reject(error: unknown): void;
}

/** One call: its head as a promise, its body as it is taken. */
class ForwardedCall extends PullQueue<Buffer> implements CallListener {
  private readonly chunks: Buffer[] = [];
  private length = 0;
  private call: ProviderCall | undefined;

  constructor(
    private readonly head: Head,
    private readonly failures: ProviderFailures,
    private readonly signal: AbortSignal,
  ) {
    super();
  }

  start(send: (listener: CallListener) => ProviderCall): void {
    if (this.signal.aborted) return this.abort();
    this.signal.addEventListener('abort', this.abort);
    const call = send(this);
    // What can't be sent at all has failed by now.
    if (this.isOver) call.abort();
    else this.call = call;
  }

  onHead(status: number, headers: IncomingHttpHeaders): void {
    this.head.resolve({ status, headers: passedOn(headers), body: this });
  }

  onBytes(chunk: Buffer): void {
    if (this.isOver || chunk.length === 0) return;
    this.chunks.push(chunk);
    this.length += chunk.length;
    this.flush();
  }

  onEnd(): void {
    this.finish();
  }

  onFailure(phase: CallPhase, cause?: Error): void {
    const error = cause ? this.failures.ofNetwork(phase, cause) : this.failures.ofSilence(phase);
    // Of no effect once the head was there.
    this.head.reject(error);
    this.fail(error);
  }

  protected override get heldLength(): number {
    return this.length;
  }

  protected override takeHeld(): Buffer | undefined {
    const chunk = this.chunks.shift();
    this.length -= chunk?.length ?? 0;
    return chunk;
  }

  protected override dropHeld(): void {
    this.chunks.length = 0;
    this.length = 0;
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

  private readonly abort = (): void => {
    this.head.reject(this.signal.reason);
    this.breakOff(this.signal.reason);
  };
}

function passedOn(headers: IncomingHttpHeaders): Forwarded['headers'] {
  const encoding = encodingOf(headers);
  const isUnpacked = encoding !== undefined && canDecompress(encoding);
  const passed: Forwarded['headers'] = {};
  for (const [name, value] of Object.entries(headers)) {
    const isOfPacking = isUnpacked && (name === 'content-encoding' || name === 'content-length');
    if (value !== undefined && !isOfPacking && !OF_CONNECTION.has(name)) passed[name] = value;
  }
  return passed;
}
