import { type Signal, Signals } from '../signals.js';

/** Limit: signals within one process. */
export class MemorySignals extends Signals {
  private readonly listeners = new Map<string, Set<{ listener: (signal: Signal) => void }>>();

  async publish(topic: string, signal: Signal): Promise<void> {
    // Nobody else's changes reach a listener, and nothing but JSON: as it is between processes.
    const text = JSON.stringify(signal);
    if (!this.listeners.has(topic)) return;
    setImmediate(() => this.deliver(topic, text));
  }

  subscribe(topic: string, listener: (signal: Signal) => void): () => void {
    let listeners = this.listeners.get(topic);
    if (!listeners) this.listeners.set(topic, (listeners = new Set()));
    const mine = { listener };
    listeners.add(mine);
    return () => {
      listeners.delete(mine);
      if (listeners.size === 0 && this.listeners.get(topic) === listeners) this.listeners.delete(topic);
    };
  }

  async close(): Promise<void> {
    for (const listeners of this.listeners.values()) listeners.clear();
    this.listeners.clear();
  }

  private deliver(topic: string, text: string): void {
    const listeners = this.listeners.get(topic) ?? new Set();
    for (const mine of [...listeners]) {
      // One before may have ended it, or all of them.
      if (!listeners.has(mine)) continue;
      try {
        mine.listener(JSON.parse(text) as Signal);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }
}
