/** What waits behind something that takes longer than this goes on its own way, in ms: a silent server holds up nobody else. */
const PATIENCE_MS = 100;
/** As many go together at most: what fails is done again one by one. */
const MOST = 200;

export interface Ways<I, O> {
  /** Does one. */
  alone(item: I): Promise<O>;
  /** Does several in less than they would take alone; undefined for one whose outcome it can't tell. */
  shared(items: I[]): Promise<Array<O | undefined>>;
  /** From how many on it is less. */
  from: number;
}

interface Waiting<I, O> {
  item: I;
  resolve(result: O | PromiseLike<O>): void;
}

/**
 * What comes while something is under way goes together afterwards: each command to a database is a way to the server and
 * back, which costs both sides more than what is in it. Where little comes, nothing waits and each goes alone.
 *
 * Where the shared way fails, or can't tell, each is done again alone, which says why: so all of it **must be idempotent**.
 */
export class Batcher<I, O> {
  private waiting: Array<Waiting<I, O>> = [];
  private underWay = 0;
  private immediate: NodeJS.Immediate | undefined;
  private patience: NodeJS.Timeout | undefined;

  constructor(private readonly ways: Ways<I, O>) {}

  run(item: I): Promise<O> {
    return new Promise((resolve) => {
      this.waiting.push({ item, resolve });
      if (this.underWay === 0) this.soon();
      else this.patience ??= setTimeout(() => this.start(), PATIENCE_MS);
    });
  }

  /** After all that the sockets have brought by now: it may bring more. */
  private soon(): void {
    this.immediate ??= setImmediate(() => this.start());
  }

  private start(): void {
    clearImmediate(this.immediate);
    clearTimeout(this.patience);
    this.immediate = this.patience = undefined;
    const crowd = this.waiting.splice(0, MOST);
    if (this.waiting.length > 0) this.soon();
    this.underWay += 1;
    void this.go(crowd).finally(() => {
      this.underWay -= 1;
      if (this.underWay === 0 && this.waiting.length > 0) this.soon();
    });
  }

  /** Ends when the server has answered; what is done again then is not waited for. */
  private async go(crowd: Array<Waiting<I, O>>): Promise<void> {
    const { alone, shared, from } = this.ways;
    if (crowd.length < from) {
      const each = crowd.map(({ item }) => alone(item));
      crowd.forEach(({ resolve }, i) => resolve(each[i]));
      await Promise.allSettled(each);
      return;
    }
    const results = await shared(crowd.map(({ item }) => item)).catch((): undefined[] => []);
    crowd.forEach(({ item, resolve }, i) => {
      const result = results[i];
      resolve(result === undefined ? alone(item) : result);
    });
  }
}
