import { Injectable, Logger } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
import { within } from '../../libs/async/index.js';
import { AppError } from '../../libs/errors/index.js';
import { HealthChecks, type HealthCheck } from './health-checks.js';
import { Metrics } from '../../libs/metrics/index.js';

const TIMEOUT_MS = 2000;
const FRESH_MS = 1000;
/** Whoever looks at states does not wait for one that hangs. */
const PATIENCE_MS = 500;

/** How a dependency is. `latencyMs`: how long it took to answer, or has not answered by now. */
export interface DependencyState {
  name: string;
  up: boolean;
  latencyMs: number;
}

interface Asked {
  at: number;
  /** Undefined: it has not answered yet. */
  outcome?: Omit<DependencyState, 'name'>;
}

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
  /** When each was asked last, and what came of it. */
  private readonly asked = new Map<string, Asked>();

  constructor(
    private readonly checks: HealthChecks,
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    metrics: Metrics,
  ) {
    const each = async (value: (state: DependencyState) => number): Promise<Array<[{ name: string }, number]>> =>
      (await this.states()).map((state) => [{ name: state.name }, value(state)]);
    metrics.gauge('parley_dependency_up', '1 where all instances reach it', 'min', () =>
      each(({ up }) => (up ? 1 : 0)),
    );
    metrics.gauge('parley_dependency_latency_seconds', 'How long its check took, at the slowest instance', 'max', () =>
      each(({ latencyMs }) => latencyMs / 1000),
    );
  }

  /** All in use, asked as `ask` does. What does not answer at once is down. Never rejects. */
  async states(): Promise<DependencyState[]> {
    await within(PATIENCE_MS, this.ask(), () => undefined).catch(() => undefined);
    return this.checks.all().map(([name]) => {
      const { at, outcome } = this.asked.get(name) ?? { at: performance.now() };
      return { name, ...(outcome ?? { up: false, latencyMs: performance.now() - at }) };
    });
  }

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
      const asked: Asked = { at: performance.now() };
      this.asked.set(name, asked);
      const note = (up: boolean) => (asked.outcome = { up, latencyMs: performance.now() - asked.at });
      await check().catch((cause: unknown) => {
        note(false);
        this.causes.set(name, cause);
        throw new NotAnswering(cause);
      });
      note(true);
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
