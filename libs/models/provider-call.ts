import type { IncomingHttpHeaders } from 'node:http';
import type { Transform } from 'node:stream';
import type { Dispatcher } from 'undici';
import { canDecompress, decompressor, encodingOf } from './decompressor.js';
import type { Ticker, Ticking } from './ticker.js';

/** How often silence is measured. */
export const TICK_MS = 250;

/** How far a call has come: no connection yet, no byte of the answer yet, in the answer. */
export type CallPhase = 'connecting' | 'waiting' | 'reading';

/** Longest silence in each phase, in ms. */
export type CallLimits = Record<CallPhase, number>;

/**
 * `onEnd` or `onFailure` comes once, and last. What `onHead` and `onBytes` throw ends up there as a failure. Bytes are
 * unpacked, unless `content-encoding` names something that can't be.
 */
export interface CallListener {
  onHead(status: number, headers: IncomingHttpHeaders): void;
  onBytes(chunk: Buffer): void;
  onEnd(): void;
  /** The connection failed, or was silent for too long (`cause` is undefined then). It is closed. */
  onFailure(phase: CallPhase, cause?: Error): void;
}

const NOBODY: CallListener = { onHead() {}, onBytes() {}, onEnd() {}, onFailure() {} };

/**
 * One HTTP call, as undici's dispatcher reports it: straight from the connection's parser, without a stream in between.
 * Watches for silence by counting ticks without a byte, and not by the clock: after a pause of this process (a long
 * task, a laptop that slept) no upstream is blamed for it.
 */
export class ProviderCall implements Dispatcher.DispatchHandler, Ticking {
  private controller: Dispatcher.DispatchController | undefined;
  private phase: CallPhase = 'connecting';
  private isOver = false;
  private silentTicks = 0;
  private isTooSilent = false;
  private hurryTicks = Infinity;
  /** Longest silence for now, in ms, where it is shorter than that of the phase. */
  private patienceMs = Infinity;
  private unpacking: Transform | undefined;
  /** The listener wants no bytes for now. */
  private isPaused = false;

  constructor(
    private listener: CallListener,
    private readonly limits: CallLimits,
    private readonly ticker: Ticker,
  ) {
    ticker.add(this);
  }

  /** For how long nothing has come by now; Infinity: for longer than it may be. */
  get silentMs(): number {
    return this.isTooSilent ? Infinity : this.silentTicks * TICK_MS;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.isOver) return controller.abort(new Error('called off'));
    this.phase = 'waiting';
    this.silentTicks = 0;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.silentTicks = 0;
    // Interim answers (RFC 9110 §15.2) only say that somebody is there.
    if (status < 200) return;
    const encoding = encodingOf(headers);
    if (encoding && canDecompress(encoding)) this.unpack(encoding);
    this.listener.onHead(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.phase = 'reading';
    this.silentTicks = 0;
    if (!this.unpacking) this.listener.onBytes(chunk);
    else if (!this.unpacking.write(chunk)) this.controller?.pause();
  }

  onResponseEnd(): void {
    if (this.isOver) return;
    if (this.unpacking) {
      this.unpacking.end();
      return;
    }
    this.ended();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.isOver) return;
    this.finish();
    this.listener.onFailure(this.phase, error);
  }

  tick(): void {
    if (this.controller?.paused) return;
    this.silentTicks++;
    this.hurryTicks--;
    const limit = Math.min(this.limits[this.phase], this.patienceMs);
    this.isTooSilent = this.silentTicks > limit / TICK_MS;
    if (!this.isTooSilent && this.hurryTicks > 0) return;
    const { listener } = this;
    this.abort();
    listener.onFailure(this.phase);
  }

  /** No more bytes for now: the connection's window fills, and the provider waits. */
  pause(): void {
    this.isPaused = true;
    this.unpacking?.pause();
    this.controller?.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.unpacking?.resume();
    if (this.controller?.paused && !this.unpacking?.writableNeedDrain) this.controller.resume();
  }

  /** However much still comes: it has to end within this time, and not be silent for longer than `patienceMs`. */
  hurry(ms: number, patienceMs = Infinity): void {
    this.hurryTicks = Math.ceil(ms / TICK_MS);
    this.patienceMs = patienceMs;
  }

  /** Takes `hurry` back. */
  takeTime(): void {
    this.hurryTicks = Infinity;
    this.patienceMs = Infinity;
  }

  /** Closes the connection at once. The listener hears nothing of it, and nothing more. */
  abort(): void {
    if (this.isOver) return;
    this.finish();
    this.listener = NOBODY;
    this.controller?.abort(new Error('called off'));
  }

  private unpack(encoding: string): void {
    const stream = (this.unpacking = decompressor(encoding));
    stream.on('data', (bytes: Buffer) => {
      if (!this.isOver) this.listener.onBytes(bytes);
    });
    stream.on('drain', () => {
      if (!this.isPaused && this.controller?.paused) this.controller.resume();
    });
    stream.on('end', () => this.ended());
    stream.on('error', (error) => {
      if (this.isOver) return;
      const { listener } = this;
      this.abort();
      listener.onFailure(this.phase, error);
    });
  }

  private ended(): void {
    if (this.isOver) return;
    this.finish();
    this.listener.onEnd();
  }

  private finish(): void {
    this.isOver = true;
    this.unpacking?.destroy();
    this.ticker.remove(this);
  }
}
