import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { every, FailureLog, type Ticker } from '../../../libs/async/index.js';
import { type Signal, Signals } from '../../../libs/cluster/index.js';
import { Lifecycle } from '../../lifecycle/lifecycle.service.js';
import { CALL_RENEW_MS, CallLeases } from '../../rate-limit/index.js';
import type { CallRef } from './call-job.js';
import { OVER_TOPIC, TURN_TOPIC } from './call-topics.js';

/** What the process that holds a call's connection does with it. */
export interface HeldCall {
  readonly ref: CallRef;
  /** It is its turn. Told again where the worker that gave it is another one now. */
  onTurn(): void;
  /** The process goes. */
  onDrain(): void;
}

interface Held {
  call: HeldCall;
  hasTurn: boolean;
  /** Tells whoever keeps the place in the queue that the call is over. */
  tellOver: Map<string, () => void>;
}

/**
 * The calls of programs whose connections this process holds. A worker tells that it is a call's turn: in this process by
 * `giveTurn`, in another by a signal; and is told when the call is over. Meanwhile their leases are renewed: a worker that
 * hears nothing keeps the place only as long as there is one. One that ran out while the counters were away stays so.
 */
@Injectable()
export class HeldCalls implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Logger(HeldCalls.name);
  private readonly outages = new FailureLog(this.log, 'renewing the leases of calls');
  private readonly held = new Map<string, Held>();
  private readonly ticker: Ticker;
  private whenEmpty: Array<() => void> = [];
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly signals: Signals,
    private readonly leases: CallLeases,
    private readonly lifecycle: Lifecycle,
  ) {
    this.ticker = every(CALL_RENEW_MS, () => this.renew());
  }

  onModuleInit(): void {
    this.unsubscribe = this.signals.subscribe(TURN_TOPIC + this.lifecycle.instance, (signal) => this.hear(signal));
  }

  onModuleDestroy(): void {
    this.unsubscribe();
    void this.ticker.stop();
  }

  /** From now on it can get its turn. */
  add(call: HeldCall): void {
    this.held.set(call.ref.id, { call, hasTurn: false, tellOver: new Map() });
  }

  /** It is over, or given up; any number of times. */
  remove(id: string): void {
    const held = this.held.get(id);
    this.held.delete(id);
    for (const tell of held?.tellOver.values() ?? []) tell();
    if (this.held.size === 0) this.whenEmpty.splice(0).forEach((resolve) => resolve());
  }

  hasTurn(id: string): boolean {
    return this.held.get(id)?.hasTurn === true;
  }

  /** The turn of a call of this process. `over`: called when it is over, maybe at once. */
  giveTurn(id: string, over: () => void): void {
    if (!this.turn(id, this.lifecycle.instance, over)) over();
  }

  /** Those that have, or have not, had their turn. */
  count(hasTurn: boolean): number {
    let count = 0;
    for (const held of this.held.values()) if (held.hasTurn === hasTurn) count++;
    return count;
  }

  /** The process goes: `waiting` those only whose turn has not come. */
  abort(which: 'all' | 'waiting'): void {
    for (const { call, hasTurn } of [...this.held.values()]) if (which === 'all' || !hasTurn) call.onDrain();
  }

  /** Resolves when none is held any more. */
  async empty(): Promise<void> {
    if (this.held.size > 0) await new Promise<void>((resolve) => this.whenEmpty.push(resolve));
  }

  private turn(id: string, worker: string, tell: () => void): boolean {
    const held = this.held.get(id);
    if (!held) return false;
    held.tellOver.set(worker, tell);
    if (!held.hasTurn) {
      held.hasTurn = true;
      held.call.onTurn();
    }
    return true;
  }

  private hear({ v, id, worker }: Signal): void {
    if (v !== 1 || typeof id !== 'string' || typeof worker !== 'string') return;
    const tell = () => {
      this.signals.publish(OVER_TOPIC + worker, { v: 1, id }).catch((error: unknown) => {
        this.log.warn(`a worker was not told that a call is over, and will ask: ${String(error)}`);
      });
    };
    if (!this.turn(id, worker, tell)) tell();
  }

  private async renew(): Promise<void> {
    const renewals = [...this.held.values()].map(({ call: { ref } }) => this.leases.renew(ref.userId, ref.id));
    const failed = (await Promise.allSettled(renewals)).find((one) => one.status === 'rejected');
    if (failed) this.outages.failed(failed.reason);
  }
}
