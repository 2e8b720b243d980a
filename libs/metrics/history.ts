export interface HistoryOptions {
  /** How often values are noted, ms. */
  stepMs: number;
  /** How many steps back they are kept. */
  steps: number;
}

/** Of each figure what was known, newest first: the k-th value k steps ago. Null: nothing was. */
export type Steps<Name extends string> = Record<Name, Array<number | null>>;

/** So many steps an earlier value stands for what nobody noted: a timer is always a little late. */
const LASTS = 1.5;

/**
 * What some figures were, as far back as the steps go: a ring of numbers, of three digits each, that never grows. It is read
 * by how long ago things were, so it does not matter what any clock says: neither this machine's nor the reader's.
 */
export class History<Name extends string> {
  private readonly size: number;
  private readonly times: Float64Array;
  private readonly values: Array<[Name, Float64Array]>;
  private count = 0;

  /** `now`: a clock in ms that only goes forward. */
  constructor(
    names: readonly Name[],
    private readonly options: HistoryOptions,
    private readonly now = () => performance.now(),
  ) {
    this.size = options.steps + 2;
    this.times = new Float64Array(this.size);
    this.values = names.map((name) => [name, new Float64Array(this.size)]);
  }

  note(values: Record<Name, number | null>): void {
    const i = this.count++ % this.size;
    this.times[i] = this.now();
    for (const [name, column] of this.values) column[i] = Number((values[name] ?? NaN).toPrecision(3));
  }

  /** Each list ends with the oldest value that is known. */
  read(): Steps<Name> {
    const places = this.places();
    const lists = this.values.map(([name, column]) => {
      const list = places.map((i) => known(column, i));
      return [name, list.slice(0, list.findLastIndex((value) => value !== null) + 1)] as const;
    });
    return Object.fromEntries(lists) as Steps<Name>;
  }

  /** Where in the ring each step's values are; -1: nowhere. */
  private places(): number[] {
    const { stepMs, steps } = this.options;
    const now = this.now();
    const oldest = Math.max(0, this.count - this.size);
    const timeOf = (n: number) => this.times[n % this.size];
    const places: number[] = [];
    let n = this.count - 1;
    for (let k = 0; k <= steps; k++) {
      const then = now - k * stepMs;
      while (n >= oldest && timeOf(n) > then) n--;
      if (n < oldest) break;
      places.push(timeOf(n) >= then - LASTS * stepMs ? n % this.size : -1);
    }
    return places;
  }
}

function known(column: Float64Array, i: number): number | null {
  return i < 0 || Number.isNaN(column[i]) ? null : column[i];
}
