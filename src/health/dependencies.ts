import { Injectable, Logger } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
import { AppError } from '../../libs/errors/index.js';
import { HealthChecks, type HealthCheck } from '../../libs/health/index.js';

const TIMEOUT_MS = 2000;
const FRESH_MS = 1000;

/** What probes may say about a failure: never a driver's text. That is logged. */
class NotAnswering extends Error {
  constructor(cause: unknown) {
    super(cause instanceof AppError ? cause.detail : 'It does not answer.', { cause });
  }
}

/**
 * Asks the dependencies in use. Each at most once a second, however many probes come in (a hanging one too): in between
 * they get the last outcome. One that does not answer within 2 s counts as failed.
 */
@Injectable()
export class Dependencies {
  private readonly log = new Logger(Dependencies.name);
  private readonly failing = new Set<string>();
  private readonly causes = new Map<string, unknown>();

  constructor(
    private readonly checks: HealthChecks,
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
  ) {}

  /** Terminus' result; `status` is `ok` or `error`, `error` names what failed. Never rejects for a failed check. */
  async ask(): Promise<HealthCheckResult> {
    const result = await this.health
      .check(
        this.checks.all().map(
          ([name, check]) =>
            () =>
              this.indicator(name, check),
        ),
      )
      .catch((error: unknown) => resultOf(error));
    this.logChanges(result);
    return result;
  }

  private indicator(name: string, check: HealthCheck) {
    const asked = this.indicators.check(name).attempt(async () => {
      await check().catch((cause: unknown) => {
        this.causes.set(name, cause);
        throw new NotAnswering(cause);
      });
    });
    return asked.withTimeout(TIMEOUT_MS).cacheFor(FRESH_MS);
  }

  private logChanges(result: HealthCheckResult): void {
    const now = Object.keys(result.error ?? {});
    for (const name of this.failing) {
      if (!now.includes(name)) this.log.log(`${name} answers again`);
    }
    for (const name of now) {
      if (!this.failing.has(name)) this.log.error(`${name} does not answer: ${this.reason(name)}`);
    }
    this.failing.clear();
    for (const name of now) this.failing.add(name);
    this.causes.clear();
  }

  private reason(name: string): string {
    const cause = this.causes.get(name);
    return String((cause instanceof AppError ? cause.cause : undefined) ?? cause ?? `nothing within ${TIMEOUT_MS} ms`);
  }
}

/** Terminus throws its result where a check failed; anything else is an error of ours. */
function resultOf(error: unknown): HealthCheckResult {
  const response = (error as { getResponse?: () => unknown }).getResponse?.();
  if (response && typeof response === 'object' && 'details' in response) return response as HealthCheckResult;
  throw error;
}
