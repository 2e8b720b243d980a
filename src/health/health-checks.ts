/** Really asks a dependency; rejects where it does not answer. */
export type HealthCheck = () => Promise<void>;

/** The dependencies that are in use, by name. */
export class HealthChecks {
  private readonly checks: Map<string, HealthCheck>;

  constructor(checks: Array<[string, HealthCheck]> = []) {
    this.checks = new Map(checks);
  }

  add(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  all(): Array<[string, HealthCheck]> {
    return [...this.checks];
  }
}
