import type { Logger } from '@nestjs/common';
import { isCode } from '../../../libs/errors/index.js';

/** Failures that lie further apart are two outages. */
const ROW_MS = 60_000;

/**
 * For work that is tried again every few seconds. A dependency that is away is told of once, however long it stays away:
 * its connection says so too, and when it is back. Whatever else fails is told each time.
 */
export class Outages {
  private readonly lastAt = new Map<string, number>();

  constructor(
    private readonly logger: Logger,
    private readonly what: string,
  ) {}

  failed(error: unknown): void {
    const words = String(error);
    const isAway = isCode(error, 'dependency_down');
    const goesOn = isAway && Date.now() - (this.lastAt.get(words) ?? -Infinity) < ROW_MS;
    if (isAway) this.lastAt.set(words, Date.now());
    if (!goesOn) this.logger.warn(`${this.what} was cut short: ${words}`);
  }
}
