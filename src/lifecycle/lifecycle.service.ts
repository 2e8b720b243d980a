import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { retry } from '../../libs/async/index.js';
import { isCode } from '../../libs/errors/index.js';

const RETRY_MS = 1000;

/** Something to be done before the process may go. */
export type DrainStep = () => Promise<void>;

/** Something to be begun when the process is about to serve. */
export type ServeStep = () => Promise<void>;

/** The state of this process: made, serving, then draining, then gone. */
@Injectable()
export class Lifecycle {
  /** Name of this process among the instances; another one after each start. */
  readonly instance = randomUUID();
  readonly startedAt = Date.now();
  private readonly log = new Logger(Lifecycle.name);
  private readonly steps: DrainStep[] = [];
  private readonly serveSteps: ServeStep[] = [];
  private readonly going = new AbortController();
  private drained: Promise<void> | undefined;
  private tellWaiting: () => void;
  /** Resolves when a step of `serve` found its dependency away. */
  readonly waiting = new Promise<void>((resolve) => (this.tellWaiting = resolve));

  /** True from the moment the process was told to go. */
  get draining(): boolean {
    return this.drained !== undefined;
  }

  /**
   * Adds something to begin before the process listens: taking jobs, sweeping. Not when the application is made: commands
   * and checks make it too, beside a process that serves.
   */
  onServe(step: ServeStep): void {
    this.serveSteps.push(step);
  }

  /** As `onServe`, but before all others. */
  onServeFirst(step: ServeStep): void {
    this.serveSteps.unshift(step);
  }

  /**
   * Begins all of it, one after the other; a step whose dependency is away is tried again until it answers, or until the
   * process is told to go. Rejects where a step fails otherwise.
   */
  async serve(): Promise<void> {
    for (const step of this.serveSteps.splice(0)) await this.begin(step);
  }

  /** Adds a step; steps run one after the other in the order they were added. One that fails is logged, the rest go on. */
  onDrain(step: DrainStep): void {
    this.steps.push(step);
  }

  /** Turns to draining at once and resolves when all steps are done. Again: the same promise. */
  drain(): Promise<void> {
    this.drained ??= this.runSteps();
    this.going.abort();
    return this.drained;
  }

  private async begin(step: ServeStep): Promise<void> {
    if (this.draining) return;
    const again = (error: unknown): boolean => {
      if (!isCode(error, 'dependency_down')) return false;
      this.tellWaiting();
      this.log.warn(`can't serve yet, trying on: ${error.message}`);
      return true;
    };
    await retry(step, { again, pauseMs: RETRY_MS }, this.going.signal).catch((error: unknown) => {
      if (!this.draining || !isCode(error, 'dependency_down')) throw error;
    });
  }

  private async runSteps(): Promise<void> {
    // Not before `draining` reads true.
    await Promise.resolve();
    for (const step of this.steps) {
      await step().catch((error: unknown) => this.log.error(`a step of the drain failed: ${String(error)}`));
    }
  }
}
