import { dependencyDown } from '../../../libs/errors/index.js';

/** Until then a question is accepted or given up. */
export class Deadline {
  private readonly at: number;

  constructor(ms: number) {
    this.at = Date.now() + ms;
  }

  get leftMs(): number {
    return Math.max(0, this.at - Date.now());
  }

  /** Waits no longer than the deadline: then rejects with `dependency_down`, and the outcome is unknown. */
  async within<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(dependencyDown('server', new Error('not in time'))), this.leftMs);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
