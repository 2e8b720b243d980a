import { HeldChunks } from './held-chunks.js';
import type { FinishReason, ModelChunk, ModelUsage, PartChunk, ToolCallChunk } from './model.js';

/** What nobody has taken yet, in characters: beyond this the source is asked to pause. */
const HIGH_WATER = 256 * 1024;

type Result = IteratorResult<ModelChunk, undefined>;
const DONE: Result = { done: true, value: undefined };

interface Waiter {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Chunks between who brings them and the one who takes them. What arrives before it is taken becomes one chunk, so a
 * slow taker costs neither memory nor time for each delta. Text, thoughts and parts keep their order; usage comes behind
 * them, and why it ended last. A character whose second half has not come yet (providers cut JSON escapes anywhere) waits
 * for it.
 *
 * Not an async generator: its `return` would wait behind a pending `next`, and each chunk would cost a microsecond more.
 */
export abstract class ChunkQueue implements AsyncIterableIterator<ModelChunk, undefined> {
  protected isOver = false;
  private readonly held = new HeldChunks();
  private pendingUsage: ModelUsage | undefined;
  private pendingEnd: Extract<ModelChunk, { finishReason: FinishReason }> | undefined;
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
    this.held.text(text);
  }

  reasoning(text: string): void {
    this.held.reasoning(text);
  }

  part(part: PartChunk): void {
    this.held.part(part);
  }

  toolCall(toolCall: ToolCallChunk): void {
    this.held.toolCall(toolCall);
  }

  logprobs(tokens: unknown[]): void {
    this.held.logprobs(tokens);
  }

  usage(usage: ModelUsage): void {
    this.pendingUsage = usage;
  }

  /** Just before the end. */
  finishReason(finishReason: FinishReason, stopSequence?: string): void {
    this.pendingEnd = { finishReason, ...(stopSequence !== undefined && { stopSequence }) };
  }

  /** After something was put in: hands it over. */
  flush(): void {
    if (this.waiter) {
      const result = this.take();
      if (!result) return;
      const { resolve } = this.waiter;
      this.waiter = undefined;
      resolve(result);
    } else if (this.held.length > HIGH_WATER && !this.isPaused) {
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
    this.held.drop();
    this.pendingUsage = undefined;
    this.pendingEnd = undefined;
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
    const value = this.held.take(this.isOver);
    // But for half a character.
    if (this.held.length <= 1) this.resume();
    if (value) return { done: false, value };
    const usage = this.pendingUsage;
    this.pendingUsage = undefined;
    if (usage) return { done: false, value: { usage } };
    const end = this.pendingEnd;
    this.pendingEnd = undefined;
    return end && { done: false, value: end };
  }

  private resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.onResume();
  }
}
