import { Injectable } from '@nestjs/common';
import { EventLog, type LogEntry, type LogListener } from '../../../libs/event-log/index.js';
import type { Follower } from './follower.js';
import { frameOf } from './sse-frames.js';

/** What this process hears of one generation: one subscription for all its readers. */
export class Tail implements LogListener {
  readonly followers = new Set<Follower>();
  /** When the last entry came, ms since 1970. */
  heardAt = Date.now();
  /** Entries came, and the last one was no `retry`: so it does not wait in the queue. */
  running = false;
  unsubscribe: (() => void) | undefined;

  constructor(
    readonly key: string,
    readonly messageId: string,
  ) {}

  entries(entries: LogEntry[]): void {
    this.heardAt = Date.now();
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
export class Tails {
  private readonly tails = new Map<string, { tail: Tail; ready: Promise<void> }>();

  constructor(private readonly log: EventLog) {}

  /** Adds a reader: from the moment this resolves it hears what is written. */
  async join(follower: Follower): Promise<void> {
    const { key } = follower;
    let entry = this.tails.get(key);
    if (!entry) {
      const tail = new Tail(key, follower.ref.id);
      const subscribed = this.log.subscribe(key, tail);
      const ready = subscribed.then((unsubscribe) => {
        tail.unsubscribe = unsubscribe;
        if (tail.followers.size === 0) this.drop(tail);
      });
      entry = { tail, ready };
      this.tails.set(key, entry);
    }
    entry.tail.followers.add(follower);
    try {
      await entry.ready;
    } catch (error) {
      this.leave(follower);
      throw error;
    }
  }

  leave(follower: Follower): void {
    const tail = this.tails.get(follower.key)?.tail;
    if (!tail?.followers.delete(follower)) return;
    if (tail.followers.size === 0) this.drop(tail);
  }

  get(key: string): Tail | undefined {
    return this.tails.get(key)?.tail;
  }

  all(): Tail[] {
    return [...this.tails.values()].map(({ tail }) => tail);
  }

  private drop(tail: Tail): void {
    if (this.tails.get(tail.key)?.tail === tail) this.tails.delete(tail.key);
    tail.unsubscribe?.();
  }
}
