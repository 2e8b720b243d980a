import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Signals } from '../../../libs/cluster/index.js';
import { GenerationMetrics } from '../answer/generation-metrics.service.js';
import type { AbortReason, Run } from './run.js';

const STOP = 'generation.stop';

/** The answers that this process is writing right now. */
@Injectable()
export class ActiveRuns implements OnModuleDestroy {
  private readonly byMessage = new Map<string, Run>();
  private readonly unsubscribe: () => void;
  private whenEmpty: Array<() => void> = [];

  constructor(
    private readonly signals: Signals,
    metrics: GenerationMetrics,
  ) {
    metrics.gaugeRunning(() => this.size);
    this.unsubscribe = signals.subscribe(STOP, (signal) => this.stopLocal(signal));
  }

  onModuleDestroy(): void {
    this.unsubscribe();
  }

  get size(): number {
    return this.byMessage.size;
  }

  all(): Run[] {
    return [...this.byMessage.values()];
  }

  has(run: Run): boolean {
    return this.byMessage.get(run.answer.id) === run;
  }

  hasOwner(owner: string): boolean {
    return this.all().some((run) => run.owner === owner);
  }

  add(run: Run): void {
    this.byMessage.set(run.answer.id, run);
  }

  remove(run: Run): void {
    if (this.has(run)) this.byMessage.delete(run.answer.id);
    if (this.size === 0) this.whenEmpty.splice(0).forEach((resolve) => resolve());
  }

  /**
   * Asks whichever process writes this answer to stop at once. Only makes it fast: the flag in the store does it.
   * `lost`: the answer was taken from its owner, who is to touch nothing any more.
   */
  async signalStop(messageId: string, reason: 'stop' | 'lost'): Promise<void> {
    await this.signals.publish(STOP, { v: 1, messageId, reason });
  }

  abortAll(reason: AbortReason): void {
    for (const run of this.byMessage.values()) run.abort(reason);
  }

  /** Resolves when nothing runs any more. */
  async empty(): Promise<void> {
    if (this.size > 0) await new Promise<void>((resolve) => this.whenEmpty.push(resolve));
  }

  private stopLocal(signal: { v: number; messageId?: unknown; reason?: unknown }): void {
    if (signal.v !== 1) return;
    this.byMessage.get(String(signal.messageId))?.abort(signal.reason === 'lost' ? 'lost' : 'stop');
  }
}
