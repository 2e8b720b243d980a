import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';

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
  private drained: Promise<void> | undefined;

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

  /** Begins all of it, one after the other. Rejects where one does. */
  async serve(): Promise<void> {
    for (const step of this.serveSteps.splice(0)) await step();
  }

  /** Adds a step; steps run one after the other in the order they were added. One that fails is logged, the rest go on. */
  onDrain(step: DrainStep): void {
    this.steps.push(step);
  }

  /** Turns to draining at once and resolves when all steps are done. Again: the same promise. */
  drain(): Promise<void> {
    this.drained ??= this.runSteps();
    return this.drained;
  }

  private async runSteps(): Promise<void> {
    // Not before `draining` reads true.
    await Promise.resolve();
    for (const step of this.steps) {
      await step().catch((error: unknown) => this.log.error(`a step of the drain failed: ${String(error)}`));
    }
  }
}
