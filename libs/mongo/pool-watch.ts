import type { mongo } from 'mongoose';

/** How a pool of connections is used at one moment. */
export interface PoolUse {
  /** Connections that somebody holds. */
  inUse: number;
  /** Calls that wait for one. */
  waiting: number;
  /** Share of the fullest server's pool: each server has one of its own. */
  usedRatio: number;
}

/**
 * Follows the driver's events of its pools
 * (https://github.com/mongodb/specifications/blob/master/source/connection-monitoring-and-pooling/connection-monitoring-and-pooling.md).
 * It may begin when connections are in use already: those are known from their next use on.
 */
export class PoolWatch {
  /** Waits for a connection that were in vain. */
  failures = 0;
  private readonly held = new Map<string, Set<number>>();
  private readonly asked = new Map<string, number>();

  constructor(private readonly maxPoolSize: number) {}

  follow(client: mongo.MongoClient): void {
    client.on('connectionCheckOutStarted', ({ address }) => this.ask(address, 1));
    client.on('connectionCheckOutFailed', ({ address }) => {
      this.failures++;
      this.ask(address, -1);
    });
    client.on('connectionCheckedOut', ({ address, connectionId }) => {
      this.ask(address, -1);
      this.heldAt(address).add(connectionId as number);
    });
    client.on('connectionCheckedIn', ({ address, connectionId }) =>
      this.heldAt(address).delete(connectionId as number),
    );
    client.on('connectionClosed', ({ address, connectionId }) => this.heldAt(address).delete(connectionId as number));
  }

  use(): PoolUse {
    const sizes = [...this.held.values()].map(({ size }) => size);
    const waiting = [...this.asked.values()].reduce((sum, n) => sum + n, 0);
    return {
      inUse: sizes.reduce((sum, n) => sum + n, 0),
      waiting,
      usedRatio: Math.max(0, ...sizes) / this.maxPoolSize,
    };
  }

  private heldAt(address: string): Set<number> {
    let held = this.held.get(address);
    if (!held) this.held.set(address, (held = new Set()));
    return held;
  }

  private ask(address: string, by: 1 | -1): void {
    this.asked.set(address, Math.max(0, (this.asked.get(address) ?? 0) + by));
  }
}
