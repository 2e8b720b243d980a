import type { FinishReason, ModelChunk, ModelUsage, PartChunk } from './model.js';

/** Text and thoughts that nobody has taken yet, in characters: beyond this the source is asked to pause. */
const HIGH_WATER = 256 * 1024;
/** A part that is no text counts for so many. */
const PART_CHARS = 1024;

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
  /** The newest text, or thought, to which more may be added. */
  private pendingText = '';
  private isThought = false;
  /** What came before that, oldest first. */
  private readonly before: ModelChunk[] = [];
  private beforeLength = 0;
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
    if (this.isThought && text !== '') this.closeText();
    this.pendingText += text;
  }

  reasoning(text: string): void {
    if (text === '') return;
    if (!this.isThought) {
      this.closeText();
      this.isThought = true;
    }
    this.pendingText += text;
  }

  part(part: PartChunk): void {
    this.closeText();
    const last = this.before.at(-1);
    // More about the same part replaces what was told of it.
    if (!part.begins && last && 'part' in last) {
      last.part = { ...last.part, ...part };
      return;
    }
    this.before.push({ part });
    this.beforeLength += PART_CHARS;
  }

  usage(usage: ModelUsage): void {
    this.pendingUsage = usage;
  }

  /** Just before the end. */
  finishReason(reason: FinishReason): void {
    this.pendingReason = reason;
  }

  /** After something was put in: hands it over. */
  flush(): void {
    if (this.waiter) {
      const result = this.take();
      if (!result) return;
      const { resolve } = this.waiter;
      this.waiter = undefined;
      resolve(result);
    } else if (this.pendingText.length + this.beforeLength > HIGH_WATER && !this.isPaused) {
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
    this.before.length = 0;
    this.beforeLength = 0;
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
    if (this.before.length > 0) return { done: false, value: this.takeBefore() };
    const text = this.takeText();
    if (text) return { done: false, value: this.isThought ? { reasoning: text } : { text } };
    const usage = this.pendingUsage;
    this.pendingUsage = undefined;
    if (usage) return { done: false, value: { usage } };
    const finishReason = this.pendingReason;
    this.pendingReason = undefined;
    return finishReason && { done: false, value: { finishReason } };
  }

  /** What was added to stays as it is: something else follows. */
  private closeText(): void {
    const { pendingText, isThought } = this;
    this.pendingText = '';
    this.isThought = false;
    if (pendingText === '') return;
    this.before.push(isThought ? { reasoning: pendingText } : { text: pendingText });
    this.beforeLength += pendingText.length;
  }

  private takeBefore(): ModelChunk {
    const chunk = this.before.shift() as ModelChunk;
    if (this.before.length === 0) this.beforeLength = 0;
    if (this.before.length === 0 && this.pendingText === '') this.resume();
    return chunk;
  }

  private takeText(): string {
    const all = this.pendingText;
    if (all === '') return all;
    const held = endsInHalf(all) && !this.isOver ? all.slice(-1) : '';
    this.pendingText = held;
    this.resume();
    return held ? all.slice(0, -1) : all;
  }

  private resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.onResume();
  }
}

/** Whether the last unit is the first of a surrogate pair. */
function endsInHalf(text: string): boolean {
  return (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800;
}
