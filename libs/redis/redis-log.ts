/** Where a client tells what an operator should know. */
export interface RedisLog {
  info(message: string): void;
  warn(message: string, cause?: unknown): void;
}

const QUIET: RedisLog = { info: () => {}, warn: () => {} };

/**
 * Tells of an outage once when it begins and once when it is over, however often it is tried to connect meanwhile.
 * Connections report here by name; one outage is over when none of them is away.
 */
export class OutageLog {
  private readonly away = new Set<object>();

  constructor(
    private readonly log: RedisLog = QUIET,
    private readonly where: string,
  ) {}

  lost(connection: object, cause: unknown): void {
    const isNew = this.away.size === 0;
    this.away.add(connection);
    if (isNew) this.log.warn(`Redis at ${this.where} does not answer; trying again until it does`, cause);
  }

  back(connection: object): void {
    if (this.away.delete(connection) && this.away.size === 0) this.log.info(`Redis at ${this.where} answers again`);
  }

  warn(message: string, cause?: unknown): void {
    this.log.warn(message, cause);
  }
}
