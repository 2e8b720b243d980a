import { within } from '../../../libs/async/index.js';
import { dependencyDown } from '../../../libs/errors/index.js';

/** Until then a question is accepted or given up. */
export class Deadline {
  private readonly at: number;

  constructor(ms: number) {
    this.at = performance.now() + ms;
  }

  get leftMs(): number {
    return Math.max(0, this.at - performance.now());
  }

  /** Waits no longer than the deadline: then rejects with `dependency_down`, and the outcome is unknown. */
  within<T>(work: Promise<T>): Promise<T> {
    return within(this.leftMs, work, () => {
      throw dependencyDown('server', new Error('not in time'));
    });
  }
}
