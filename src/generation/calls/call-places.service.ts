import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { every, FailureLog, type Ticker } from '../../../libs/async/index.js';
import { type Signal, Signals } from '../../../libs/cluster/index.js';
import { Lifecycle } from '../../lifecycle/lifecycle.service.js';
import type { JobOutcome } from '../../queue/index.js';
import { CallLeases } from '../../rate-limit/index.js';
import type { CallRef } from './call-job.js';
import { OVER_TOPIC, TURN_TOPIC } from './call-topics.js';
import { HeldCalls } from './held-calls.service.js';

/** Signals may be lost: so often a holder is told again, which says so where the call is over. */
const AGAIN_MS = 5000;

const OVER: JobOutcome = { done: true };
const HANDED_ON: JobOutcome = { done: false, putBackMs: 0 };

interface Place {
  ref: CallRef;
  end(outcome: JobOutcome): void;
}

/**
 * The worker's part of a program's call: gives the turn to the process that holds the connection, and keeps the queue's
 * place until that process says that the call is over, or its lease has run out because that process died. It calls no
 * provider. Where this worker dies the queue gives the job to another, which tells the holder again.
 */
@Injectable()
export class CallPlaces implements OnModuleInit, OnModuleDestroy {
  private readonly outages = new FailureLog(new Logger(CallPlaces.name), 'looking after calls of other instances');
  /** Of calls that other instances hold. */
  private readonly places = new Map<string, Place>();
  private readonly obeyed = new WeakSet<AbortSignal>();
  private readonly ticker: Ticker;
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly signals: Signals,
    private readonly leases: CallLeases,
    private readonly held: HeldCalls,
    private readonly lifecycle: Lifecycle,
  ) {
    this.ticker = every(AGAIN_MS, () => this.lookAfterAll());
  }

  onModuleInit(): void {
    const hear = ({ v, id }: Signal) => {
      if (v === 1) this.places.get(String(id))?.end(OVER);
    };
    this.unsubscribe = this.signals.subscribe(OVER_TOPIC + this.lifecycle.instance, hear);
  }

  onModuleDestroy(): void {
    this.unsubscribe();
    void this.ticker.stop();
  }

  /** Resolves when the place is free. `signal`: the queue gives the job to somebody else. */
  work(ref: CallRef, signal: AbortSignal): Promise<JobOutcome> {
    return new Promise((resolve) => {
      const end = (outcome: JobOutcome) => {
        if (this.places.get(ref.id) === place) this.places.delete(ref.id);
        resolve(outcome);
      };
      const place = { ref, end };
      if (ref.holder === this.lifecycle.instance) return this.held.giveTurn(ref.id, () => end(OVER));
      if (signal.aborted) return end(HANDED_ON);
      this.places.set(ref.id, place);
      this.obey(signal);
      void this.lookAfter(place).catch((error: unknown) => this.outages.failed(error));
    });
  }

  /** This worker goes, and the calls of others go on: their places are for another worker. */
  handOn(): void {
    for (const { end } of [...this.places.values()]) end(HANDED_ON);
  }

  /** It is one for all jobs of a queue's worker. */
  private obey(signal: AbortSignal): void {
    if (this.obeyed.has(signal)) return;
    this.obeyed.add(signal);
    signal.addEventListener('abort', () => this.handOn(), { once: true });
  }

  private async lookAfterAll(): Promise<void> {
    const all = await Promise.allSettled([...this.places.values()].map((place) => this.lookAfter(place)));
    const failed = all.find((one) => one.status === 'rejected');
    if (failed) this.outages.failed(failed.reason);
  }

  /** Both at once: nobody waits for the look at the lease, which is there nearly always. */
  private async lookAfter({ ref: { id, userId, holder }, end }: Place): Promise<void> {
    const told = this.signals.publish(TURN_TOPIC + holder, { v: 1, id, worker: this.lifecycle.instance });
    const [isHeld] = await Promise.all([this.leases.holds(userId, id), told]);
    if (!isHeld) end(OVER);
  }
}
