/** What nobody has taken yet, in characters or bytes: beyond this the source is asked to pause. */
const HIGH_WATER = 256 * 1024;

type Result<T> = IteratorResult<T, undefined>;

interface Waiter<T> {
  resolve(result: Result<T>): void;
  reject(error: unknown): void;
}

/**
 * Between who brings something piece by piece, faster or slower, and the one who takes it. Who extends it holds the pieces.
 *
 * Not an async generator: its `return` would wait behind a pending `next`, and each piece would cost a microsecond more.
 */
export abstract class PullQueue<T> implements AsyncIterableIterator<T, undefined> {
  protected isOver = false;
  private failure: { error: unknown } | undefined;
  private waiter: Waiter<T> | undefined;
  private isPaused = false;

  /** How much is held. */
  protected abstract get heldLength(): number;
  /** The next of what is held; undefined: there is nothing. */
  protected abstract takeHeld(): T | undefined;
  protected abstract dropHeld(): void;
  /** Too much is held. */
  protected abstract onPause(): void;
  /** It was taken. */
  protected abstract onResume(): void;
  /** Nothing more is wanted, or comes. Called once. */
  protected abstract onOver(): void;

  /** After something was put in: hands it over. */
  flush(): void {
    if (this.waiter) {
      const result = this.take();
      if (!result) return;
      const { resolve } = this.waiter;
      this.waiter = undefined;
      resolve(result);
    } else if (this.heldLength > HIGH_WATER && !this.isPaused) {
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
    this.dropHeld();
    this.fail(error);
  }

  next(): Promise<Result<T>> {
    const result = this.take();
    if (result) return Promise.resolve(result);
    if (this.failure) return this.throwFailure();
    if (this.isOver) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.waiter = { resolve, reject };
    });
  }

  return(): Promise<Result<T>> {
    this.dropHeld();
    this.failure = undefined;
    this.finish();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
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

  private throwFailure(): Promise<Result<T>> {
    const { error } = this.failure!;
    this.failure = undefined;
    return Promise.reject(error);
  }

  private take(): Result<T> | undefined {
    const value = this.takeHeld();
    // But for half a character.
    if (this.isPaused && this.heldLength <= 1) {
      this.isPaused = false;
      this.onResume();
    }
    return value === undefined ? undefined : { done: false, value };
  }
}
