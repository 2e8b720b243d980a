import type { DemoScript } from './demo-script.js';
import type { ModelChunk } from './model.js';
import type { Ticker, Ticking } from './ticker.js';

export interface DemoPart {
  /** What is thought before it is said, and how many tokens of it. */
  thought?: DemoScript;
  thoughtLength: number;
  script: DemoScript;
  /** Tokens to say. */
  length: number;
  /** What is told behind the text, one after the other: calls, usage, why it ends. */
  epilogue: ModelChunk[];
  /** Tokens in a millisecond. */
  perMs: number;
}

type Result = IteratorResult<ModelChunk, undefined>;
const DONE: Result = { done: true, value: undefined };

/**
 * One answer of the demo: the first token at once, then what is due by the clock, so that a slow taker gets more at a
 * time and nothing is ever held. No timer of its own: one entry in the ticker that all answers share.
 */
export class DemoAnswer implements AsyncIterableIterator<ModelChunk, undefined>, Ticking {
  /** Tokens, with those of the thought. */
  private said = 0;
  private startedAt: number | undefined;
  private isOver = false;
  private told = 0;
  private waiter: { resolve(result: Result): void; reject(error: unknown): void } | undefined;

  constructor(
    private readonly part: DemoPart,
    private readonly ticker: Ticker,
    private readonly signal: AbortSignal,
  ) {
    signal.addEventListener('abort', this.abort);
    if (!signal.aborted) ticker.add(this);
  }

  next(): Promise<Result> {
    if (this.isOver) return Promise.resolve(DONE);
    if (this.signal.aborted) {
      this.finish();
      return Promise.reject(this.signal.reason);
    }
    const result = this.due();
    if (result) return Promise.resolve(result);
    return new Promise((resolve, reject) => {
      this.waiter = { resolve, reject };
    });
  }

  return(): Promise<Result> {
    this.finish();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  tick(): void {
    if (!this.waiter) return;
    const result = this.due();
    if (result) this.takeWaiter()?.resolve(result);
  }

  private due(): Result | undefined {
    const { thoughtLength, length, perMs } = this.part;
    const all = thoughtLength + length;
    if (this.said === all) {
      const value = this.part.epilogue[this.told++] as ModelChunk | undefined;
      if (value) return { done: false, value };
      this.finish();
      return DONE;
    }
    const now = performance.now();
    this.startedAt ??= now;
    const until = Math.min(all, 1 + Math.floor((now - this.startedAt) * perMs));
    return until <= this.said ? undefined : { done: false, value: this.say(until) };
  }

  /** The tokens up to here, or up to the end of the thought. */
  private say(until: number): ModelChunk {
    const { thought, thoughtLength, script } = this.part;
    const from = this.said;
    if (thought && from < thoughtLength) {
      this.said = Math.min(until, thoughtLength);
      return { reasoning: thought.slice(from, this.said) };
    }
    this.said = until;
    return { text: script.slice(from - thoughtLength, until - thoughtLength) };
  }

  private readonly abort = (): void => {
    // Where nobody waits the next one who asks is told.
    this.ticker.remove(this);
    const waiter = this.takeWaiter();
    if (!waiter) return;
    this.finish();
    waiter.reject(this.signal.reason);
  };

  private takeWaiter() {
    const { waiter } = this;
    this.waiter = undefined;
    return waiter;
  }

  private finish(): void {
    this.isOver = true;
    this.ticker.remove(this);
    this.signal.removeEventListener('abort', this.abort);
  }
}
