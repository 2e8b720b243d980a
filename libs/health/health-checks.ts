/** Really asks a dependency; rejects where it does not answer. */
export type HealthCheck = () => Promise<void>;

/** The dependencies that are in use, by name. Whoever opens a client adds its check; probes know no backend. */
export class HealthChecks {
  private readonly checks = new Map<string, HealthCheck>();

  add(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  all(): Array<[string, HealthCheck]> {
    return [...this.checks];
  }
}
