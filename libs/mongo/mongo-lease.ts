import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import { every, type Ticker } from '../async/index.js';
import type { MongoDatabase } from './mongo-database.js';
import { isDuplicate } from './mongo-errors.js';

/** Who has the database to itself. */
export interface LeaseHolder {
  pid: number;
  host: string;
  address: string;
  startedAt: string;
}

interface LeaseDocument extends mongo.Document, LeaseHolder {
  _id: string;
  owner: string;
  renewedAt: Date;
}

export interface LeaseOptions {
  /** How long to wait for another process to let go, ms (default 20 s). */
  waitMs?: number;
  /** Called once, where another process has it and is waited for. */
  onWait?: (holder: LeaseHolder) => void;
  /** Another process took it, because this one did not renew it in time. */
  onLost: () => void;
}

/** Another process has the database and kept it for as long as was waited. */
export class DatabaseLeasedError extends Error {
  constructor(readonly holder: LeaseHolder) {
    super(`The database is in use by ${describeLease(holder)}, which keeps a part of its state to itself.`);
    this.name = 'DatabaseLeasedError';
  }
}

export function describeLease({ pid, host, address, startedAt }: LeaseHolder): string {
  return `process ${pid} on ${host} at ${address}, started ${startedAt}`;
}

const COLLECTION = 'process_lease';
const ID = 'alone';
const LIFE_MS = 10_000;
const RENEW_MS = 3000;
const POLL_MS = 500;

/**
 * A database that belongs to one process: for a process that keeps a part of its state to itself, beside which no other
 * may run. A document that is renewed every 3 s; 10 s after its holder fell silent, by the server's clock, it is free.
 */
export class MongoLease {
  private readonly owner = randomUUID();
  private ticker: Ticker | undefined;

  private constructor(
    private readonly database: MongoDatabase,
    private readonly holder: LeaseHolder,
    private readonly options: LeaseOptions,
  ) {}

  /** Rejects with DatabaseLeasedError, or with `dependency_down`. */
  static async acquire(database: MongoDatabase, holder: LeaseHolder, options: LeaseOptions): Promise<MongoLease> {
    const lease = new MongoLease(database, holder, options);
    const until = performance.now() + (options.waitMs ?? 20_000);
    for (let waiting = false; !(await lease.take()); waiting = true) {
      const other = await lease.present();
      if (!other) continue;
      if (performance.now() >= until) throw new DatabaseLeasedError(other);
      if (!waiting) options.onWait?.(other);
      await sleep(POLL_MS);
    }
    // Each for itself: one that hangs for as long as a call is repeated would outlive the lease.
    lease.ticker = every(RENEW_MS, () => void lease.renew());
    return lease;
  }

  /** Lets go; any number of times. */
  async release(): Promise<void> {
    void this.ticker?.stop();
    await this.run((leases) => leases.deleteOne({ _id: ID, owner: this.owner }));
  }

  private run<R>(work: (leases: mongo.Collection<LeaseDocument>) => Promise<R>): Promise<R> {
    return this.database.run((db) => work(db.collection<LeaseDocument>(COLLECTION)));
  }

  private async take(): Promise<boolean> {
    const mine = { $set: { owner: this.owner, ...literal(this.holder), renewedAt: '$$NOW' } };
    const silent = { $lt: ['$renewedAt', { $subtract: ['$$NOW', LIFE_MS] }] };
    return this.run(async (leases) => {
      if ((await leases.updateOne({ _id: ID, $expr: silent }, [mine])).matchedCount === 1) return true;
      try {
        // Makes it, or renews our own; somebody else's is a duplicate.
        await leases.updateOne({ _id: ID, owner: this.owner }, [mine], { upsert: true });
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    });
  }

  private async present(): Promise<LeaseHolder | null> {
    return this.run((leases) => leases.findOne({ _id: ID }));
  }

  /** A database that is away is asked again: nobody else can take the lease meanwhile either. */
  private async renew(): Promise<void> {
    const taken = await this.take().catch(() => true);
    if (taken) return;
    void this.ticker?.stop();
    this.options.onLost();
  }
}

/** In an update pipeline a text that begins with `$` would be a field. */
function literal(holder: LeaseHolder): Record<string, unknown> {
  return Object.fromEntries(Object.entries(holder).map(([name, value]) => [name, { $literal: value }]));
}
