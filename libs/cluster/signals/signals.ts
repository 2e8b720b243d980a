/** A small notice: ids, not content, except where a listener shows it to its user at once. `v` is the form's version. */
export interface Signal {
  v: number;
  [key: string]: unknown;
}

/**
 * Small notices to every instance, the sender's own included. Fire and forget: at most once, in order from one sender,
 * lost by who is not listening at the moment. So a signal only ever makes something fast; what must happen is in a store.
 */
export abstract class Signals {
  /** Resolves when handed over; rejects with `dependency_down` where the backend is away. JSON values only. */
  abstract publish(topic: string, signal: Signal): Promise<void>;

  /**
   * Calls `listener` for each signal of a topic from now on, never within `publish` itself; several in the order in which
   * they came. One that throws harms no other. The function it gives back ends it, any number of times: it is not called
   * again.
   */
  abstract subscribe(topic: string, listener: (signal: Signal) => void): () => void;

  /** Ends all subscriptions; any number of times. */
  abstract close(): Promise<void>;
}
