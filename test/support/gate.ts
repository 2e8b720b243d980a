import type { TestApp } from './app.js';

/** Holds one call of a port, as long as a test wants: what happens in exactly that moment can then be tried. */
export class Gate {
  private static readonly made = new Set<Gate>();

  /** For the end of a test that failed: what is held would hold up the applications, too. */
  static openAll(): void {
    for (const gate of Gate.made) gate.open();
    Gate.made.clear();
  }

  /** Resolves when the call has come. */
  readonly reached: Promise<void>;
  /** Lets it go on; any number of times, also before it comes. */
  open!: () => void;
  private arrive!: () => void;
  private readonly opened: Promise<void>;

  private constructor(private readonly about: string) {
    this.reached = new Promise((resolve) => (this.arrive = resolve));
    this.opened = new Promise((resolve) => (this.open = resolve));
  }

  /**
   * Before `method` is carried out, or after it was and before its caller hears of it; where its arguments speak of
   * `about`, an id. In this one application, until that is thrown away.
   */
  static at<T extends object>(
    app: TestApp,
    port: abstract new (...args: any[]) => T,
    method: keyof T & string,
    about: string,
    when: 'before' | 'after' = 'before',
  ): Gate {
    const gate = new Gate(about);
    Gate.made.add(gate);
    const target = app.get(port) as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const real = target[method];
    target[method] = async (...args) => {
      if (when === 'before') await gate.pass(args);
      const result = await real.apply(target, args);
      if (when === 'after') await gate.pass(args);
      return result;
    };
    return gate;
  }

  private async pass(args: unknown[]): Promise<void> {
    if (!JSON.stringify(args).includes(this.about)) return;
    this.arrive();
    await this.opened;
  }
}
