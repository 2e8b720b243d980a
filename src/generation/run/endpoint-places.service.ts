import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { every, FailureLog, retry, type Ticker, WHILE_AWAY } from '../../../libs/async/index.js';
import type { Model } from '../../../libs/models/index.js';
import { Leases } from '../../rate-limit/index.js';
import { ModelCatalog } from '../answer/model-catalog.service.js';

/** How often who waits looks again, ms. */
const LOOK_MS = 100;
/** The sweep frees places of answers that have ended 20 s after they were renewed; titles are written behind that end. */
const RENEW_MS = 5000;
const ANY_NUMBER = Number.MAX_SAFE_INTEGER;

/** Gives a place back; what does not hold now, the sweep does. */
type Leave = () => void;
const NOTHING: Leave = () => undefined;

/**
 * Calls that an endpoint answers at once, over all instances, where it has a `maxConcurrent` and others fall back on it. Its
 * lane of the queue holds back its own jobs, but knows nothing of jobs of other lanes that come here. So each call takes a
 * place beside its lane's: its own wait for one, and others take one only where it is free and nobody's own waits. Places are
 * leases, named by the answer: those of a process that died are freed by the sweep.
 */
@Injectable()
export class EndpointPlaces implements OnModuleInit, OnModuleDestroy {
  private readonly outages = new FailureLog(new Logger(EndpointPlaces.name), 'places of endpoints');
  private readonly held = new Set<{ holder: string; id: string }>();
  private ticker: Ticker | undefined;

  constructor(
    private readonly leases: Leases,
    private readonly models: ModelCatalog,
  ) {}

  onModuleInit(): void {
    this.ticker = every(RENEW_MS, () => this.renew());
  }

  onModuleDestroy(): void {
    void this.ticker?.stop();
  }

  /** A place for a call of its own lane, `id` a log's key. Waits for it. Rejects with the signal's reason. */
  async take(model: Model, id: string, signal: AbortSignal): Promise<Leave> {
    const { name, maxConcurrent } = model;
    if (maxConcurrent === undefined || !this.models.isFallback(name)) return NOTHING;
    const take = () => retry(() => this.leases.take(callsOf(name), id, maxConcurrent), WHILE_AWAY, signal);
    if (await take()) return this.hold(callsOf(name), id);
    // Seen by those who come from elsewhere: else they might always be faster.
    await retry(() => this.leases.take(waitingOf(name), id, ANY_NUMBER), WHILE_AWAY, signal);
    const leave = this.hold(waitingOf(name), id);
    try {
      while (!(await take())) await sleep(LOOK_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
      return this.hold(callsOf(name), id);
    } finally {
      leave();
    }
  }

  /** A place for a call of another lane; undefined: there is none, or nobody can tell. */
  async tryTake({ name, maxConcurrent }: Model, id: string): Promise<Leave | undefined> {
    if (maxConcurrent === undefined) return NOTHING;
    try {
      if ((await this.leases.count(waitingOf(name))) > 0) return undefined;
      const isFree = await this.leases.take(callsOf(name), id, maxConcurrent);
      return isFree ? this.hold(callsOf(name), id) : undefined;
    } catch (error) {
      this.outages.failed(error);
      return undefined;
    }
  }

  private hold(holder: string, id: string): Leave {
    const place = { holder, id };
    this.held.add(place);
    return () => {
      this.held.delete(place);
      this.leases.free(holder, id).catch((error: unknown) => this.outages.failed(error));
    };
  }

  private async renew(): Promise<void> {
    const all = [...this.held].map(({ holder, id }) => this.leases.renew(holder, id));
    await Promise.all(all).catch((error: unknown) => this.outages.failed(error));
  }
}

/** Holders of leases are users elsewhere: no id of one has a colon. */
const callsOf = (endpoint: string) => `endpoint:${endpoint}`;
const waitingOf = (endpoint: string) => `endpoint-waiting:${endpoint}`;
