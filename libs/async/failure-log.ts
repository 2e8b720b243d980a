import { isCode } from '../errors/index.js';

/** Failures that lie further apart are two outages. */
const ROW_MS = 60_000;

/**
 * For work that is tried again every few seconds. A dependency that is away is told of once, however long it stays away:
 * its connection says so too, and when it is back. Whatever else fails is told each time.
 */
export class FailureLog {
  private readonly lastAt = new Map<string, number>();

  /** `what`: the work, in words. */
  constructor(
    private readonly logger: { warn(message: string): void },
    private readonly what: string,
  ) {}

  failed(error: unknown): void {
    const words = String(error);
    const isAway = isCode(error, 'dependency_down');
    const goesOn = isAway && performance.now() - (this.lastAt.get(words) ?? -Infinity) < ROW_MS;
    if (isAway) this.lastAt.set(words, performance.now());
    if (!goesOn) this.logger.warn(`${this.what} was cut short: ${words}`);
  }
}
