import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { every, type Ticker } from '../async/index.js';
import type { RedisConnection } from './connections.js';

const BEAT_MS = 2000;
const CHANNELS_AT_ONCE = 1000;

export interface ChannelListener {
  message(text: string): void;
  /** The connection broke and stands again: what was published meanwhile is lost. */
  interrupted?(): void;
}

interface Channel {
  listeners: Set<ChannelListener>;
  /** Resolves once the server has taken the subscription. */
  active: Promise<void>;
}

/**
 * Publish and subscribe over one connection, shared by all who listen in this process. Channel names are whole, with
 * their prefix: no key prefix is applied to them.
 *
 * After a reconnect all channels are subscribed again, and only then are listeners told `interrupted`. An answered ping is
 * not enough to know that notices come, so it hears itself: one of its own goes out through `publisher` every 2 s, and
 * where two of them stay away the connection is made anew (a former master, a node out of its cluster).
 */
export class RedisSubscriber {
  private readonly channels = new Map<string, Channel>();
  private readonly ticker: Ticker;
  private readonly beatChannel: string;
  /** Of the connection that comes about now, or stands: resolves when all channels are subscribed. */
  private restored = deferred();
  private heard = true;
  private sent = false;
  private missed = 0;
  private closed = false;

  constructor(
    readonly redis: Redis,
    private readonly publisher: RedisConnection,
    prefix: string,
  ) {
    this.beatChannel = `${prefix}:beat:${randomUUID()}`;
    redis.on('message', (channel: string, text: string) => this.deliver(channel, text));
    redis.on('ready', () => void this.restore());
    redis.on('close', () => {
      this.restored.reject(new Error('The connection for notices broke'));
      this.restored = deferred();
    });
    // Not awaited: a publisher that hangs must not hide that the next beat is missed.
    this.ticker = every(BEAT_MS, () => void this.beat());
  }

  /**
   * Adds a listener at once; it hears what is published after `active` resolves. Where `active` rejects (the connection
   * is away, or breaks) the listener stays, and hears again after the reconnect; `stop`, any number of times, takes it
   * away. The same listener may be added twice.
   */
  add(channel: string, listener: ChannelListener): { stop: () => void; active: Promise<void> } {
    const mine: ChannelListener = {
      message: (text) => listener.message(text),
      interrupted: () => listener.interrupted?.(),
    };
    let known = this.channels.get(channel);
    if (!known) {
      known = { listeners: new Set(), active: this.activate(channel) };
      this.channels.set(channel, known);
    } else if (this.redis.status !== 'ready') {
      known.active = this.activate(channel);
    }
    const { listeners, active } = known;
    // Whoever does not wait for it must not end the process with it.
    active.catch(() => {});
    listeners.add(mine);
    const stop = () => {
      if (!listeners.delete(mine) || listeners.size > 0 || this.channels.get(channel)?.listeners !== listeners) return;
      this.channels.delete(channel);
      if (this.redis.status === 'ready') this.redis.unsubscribe(channel).catch(() => {});
    };
    return { stop, active };
  }

  /** Ends all subscriptions; any number of times. The connection is closed by who opened it. */
  close(): void {
    this.closed = true;
    void this.ticker.stop();
    for (const { listeners } of this.channels.values()) listeners.clear();
    this.channels.clear();
  }

  /** Subscribes to a new channel; while a connection comes about, with all others. */
  private async activate(channel: string): Promise<void> {
    const { status } = this.redis;
    if (status === 'ready') return this.subscribe([channel]);
    if (status === 'connecting' || status === 'connect') return this.restored.promise;
    throw new Error(`The connection for notices is in state ${status}`);
  }

  private async subscribe(channels: string[]): Promise<void> {
    const { stream } = this.redis;
    try {
      await this.redis.subscribe(...channels);
    } catch (error) {
      // It stands, but did not answer: a new one subscribes to everything. Where it is away it comes to the same.
      if (this.redis.status === 'ready' && this.redis.stream === stream) stream.destroy();
      throw error;
    }
  }

  /** After a connect: all channels again, then word that something may have been missed. */
  private async restore(): Promise<void> {
    if (this.closed) return;
    this.missed = 0;
    this.sent = false;
    const names = [...this.channels.keys()];
    const rounds: Array<Promise<void>> = [this.subscribe([this.beatChannel])];
    for (let i = 0; i < names.length; i += CHANNELS_AT_ONCE) {
      const some = names.slice(i, i + CHANNELS_AT_ONCE);
      const active = this.subscribe(some);
      rounds.push(active);
      active.catch(() => {});
      for (const name of some) (this.channels.get(name) as Channel).active = active;
    }
    try {
      await Promise.all(rounds);
    } catch {
      // The connection is gone again: the next one tries anew.
      return;
    }
    this.restored.resolve();
    for (const name of names) {
      for (const listener of this.channels.get(name)?.listeners ?? []) attempt(() => listener.interrupted?.());
    }
  }

  private deliver(channel: string, text: string): void {
    this.heard = true;
    const listeners = this.channels.get(channel)?.listeners;
    if (!listeners) return;
    // Those that came meanwhile wait for the next one; those that were ended by one before hear nothing more.
    for (const listener of [...listeners]) if (listeners.has(listener)) attempt(() => listener.message(text));
  }

  private async beat(): Promise<void> {
    if (this.redis.status !== 'ready') return;
    this.missed = this.sent && !this.heard ? this.missed + 1 : 0;
    if (this.missed >= 2) return void this.redis.stream.destroy();
    this.heard = false;
    this.sent = false;
    try {
      await this.publisher.publish(this.beatChannel, '');
      this.sent = true;
    } catch {
      // It is the other connection that fails: nothing is known of this one.
    }
  }
}

function deferred() {
  let resolve: () => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<void>((done, fail) => {
    resolve = done;
    reject = fail;
  });
  // Often nobody waits for it.
  promise.catch(() => {});
  return { promise, resolve, reject };
}

/** One listener's mistake harms no other. */
function attempt(call: () => void): void {
  try {
    call();
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}
