import type { FinishReason, ModelChunk, ModelUsage } from './model.js';

/** Text that nobody has taken yet, in characters: beyond this the source is asked to pause. */
const HIGH_WATER = 256 * 1024;

type Result = IteratorResult<ModelChunk, undefined>;
const DONE: Result = { done: true, value: undefined };

interface Waiter {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Chunks between who brings them and the one who takes them. What arrives before it is taken becomes one chunk, so a
 * slow taker costs neither memory nor time for each delta; text before usage, and why it ended last. A character whose second half has not
 * come yet (providers cut JSON escapes anywhere) waits for it.
 *
 * Not an async generator: its `return` would wait behind a pending `next`, and each chunk would cost a microsecond more.
 */
export abstract class ChunkQueue implements AsyncIterableIterator<ModelChunk, undefined> {
  protected isOver = false;
  private pendingText = '';
  private pendingUsage: ModelUsage | undefined;
  private pendingReason: FinishReason | undefined;
  private failure: { error: unknown } | undefined;
  private waiter: Waiter | undefined;
  private isPaused = false;

  /** Too much is held. */
  protected abstract onPause(): void;
  /** It was taken. */
  protected abstract onResume(): void;
  /** Nothing more is wanted, or comes. Called once. */
  protected abstract onOver(): void;

  text(text: string): void {
    this.pendingText += text;
  }

  usage(usage: ModelUsage): void {
    this.pendingUsage = usage;
  }

  /** Just before the end. */
  finishReason(reason: FinishReason): void {
    this.pendingReason = reason;
  }

  /** After some text or usage: hands it over. */
  flush(): void {
    if (this.waiter) {
      const result = this.take();
      if (!result) return;
      const { resolve } = this.waiter;
      this.waiter = undefined;
      resolve(result);
    } else if (this.pendingText.length > HIGH_WATER && !this.isPaused) {
      this.isPaused = true;
      this.onPause();
    }
  }

  /** The end, after what is still held. */
  finish(): void {
    if (this.isOver) return;
    this.over();
    this.settle();
  }

  /** The end by an error, after what is still held. */
  fail(error: unknown): void {
    if (this.isOver) return;
    this.failure = { error };
    this.over();
    this.settle();
  }

  /** The end by an error, now: what is still held is dropped. */
  breakOff(error: unknown): void {
    if (this.isOver) return;
    this.drop();
    this.fail(error);
  }

  next(): Promise<Result> {
    const result = this.take();
    if (result) return Promise.resolve(result);
    if (this.failure) return this.throwFailure();
    if (this.isOver) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.waiter = { resolve, reject };
    });
  }

  return(): Promise<Result> {
    this.drop();
    this.failure = undefined;
    this.finish();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private drop(): void {
    this.pendingText = '';
    this.pendingUsage = undefined;
    this.pendingReason = undefined;
  }

  private over(): void {
    this.isOver = true;
    this.onOver();
  }

  private settle(): void {
    const { waiter } = this;
    if (!waiter) return;
    this.waiter = undefined;
    this.next().then(waiter.resolve, waiter.reject);
  }

  private throwFailure(): Promise<Result> {
    const { error } = this.failure!;
    this.failure = undefined;
    return Promise.reject(error);
  }

  private take(): Result | undefined {
    const text = this.takeText();
    if (text) return { done: false, value: { text } };
    const usage = this.pendingUsage;
    this.pendingUsage = undefined;
    if (usage) return { done: false, value: { usage } };
    const finishReason = this.pendingReason;
    this.pendingReason = undefined;
    return finishReason && { done: false, value: { finishReason } };
  }

  private takeText(): string {
    const all = this.pendingText;
    if (all === '') return all;
    const held = endsInHalf(all) && !this.isOver ? all.slice(-1) : '';
    this.pendingText = held;
    if (this.isPaused) {
      this.isPaused = false;
      this.onResume();
    }
    return held ? all.slice(0, -1) : all;
  }
}

/** Whether the last unit is the first of a surrogate pair. */
function endsInHalf(text: string): boolean {
  return (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800;
}
