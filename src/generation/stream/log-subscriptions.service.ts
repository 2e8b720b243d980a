import { Injectable } from '@nestjs/common';
import { EventLog, type LogEntry, type LogListener } from '../../../libs/event-log/index.js';
import type { Follower } from './follower.js';
import { frameOf } from './sse-frames.js';

/** What this process hears of one generation: one subscription for all its readers. */
export class LogSubscription implements LogListener {
  readonly followers = new Set<Follower>();
  /** When the last entry came: `performance.now()`. */
  heardAt = performance.now();
  /** Entries came, and the last one was no `retry`: so it does not wait in the queue. */
  running = false;
  unsubscribe: (() => void) | undefined;

  constructor(
    readonly key: string,
    readonly messageId: string,
  ) {}

  entries(entries: LogEntry[]): void {
    this.heardAt = performance.now();
    this.running = entries[entries.length - 1].event !== 'retry';
    const frames = entries.map(frameOf).join('');
    for (const follower of this.followers) follower.offer(entries, frames);
  }

  interrupted(): void {
    for (const follower of this.followers) void follower.catchUp();
  }
}

/** The generations that somebody here listens to. */
@Injectable()
export class LogSubscriptions {
  private readonly subscriptions = new Map<string, { subscription: LogSubscription; ready: Promise<void> }>();

  constructor(private readonly log: EventLog) {}

  /** Adds a reader: from the moment this resolves it hears what is written. */
  async join(follower: Follower): Promise<void> {
    const { key } = follower;
    let entry = this.subscriptions.get(key);
    if (!entry) {
      const subscription = new LogSubscription(key, follower.ref.id);
      const subscribed = this.log.subscribe(key, subscription);
      const ready = subscribed.then((unsubscribe) => {
        subscription.unsubscribe = unsubscribe;
        if (subscription.followers.size === 0) this.drop(subscription);
      });
      entry = { subscription, ready };
      this.subscriptions.set(key, entry);
    }
    entry.subscription.followers.add(follower);
    try {
      await entry.ready;
    } catch (error) {
      this.leave(follower);
      throw error;
    }
  }

  leave(follower: Follower): void {
    const subscription = this.subscriptions.get(follower.key)?.subscription;
    if (!subscription?.followers.delete(follower)) return;
    if (subscription.followers.size === 0) this.drop(subscription);
  }

  get(key: string): LogSubscription | undefined {
    return this.subscriptions.get(key)?.subscription;
  }

  all(): LogSubscription[] {
    return [...this.subscriptions.values()].map(({ subscription }) => subscription);
  }

  private drop(subscription: LogSubscription): void {
    if (this.subscriptions.get(subscription.key)?.subscription === subscription)
      this.subscriptions.delete(subscription.key);
    subscription.unsubscribe?.();
  }
}
