import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Queue } from '../../queue/index.js';
import { every, FailureLog, type Ticker } from '../../../libs/async/index.js';
import { Authenticator } from '../../auth/accounts/authenticator.service.js';
import { Messages } from '../../chat/store/index.js';
import { Lifecycle } from '../../lifecycle/lifecycle.service.js';
import { Notices } from '../../notices/notices.service.js';
import { Settlement } from '../answer/settlement.service.js';
import type { Follower } from './follower.js';
import { Readers } from './readers.service.js';
import { LogSubscriptions } from './log-subscriptions.service.js';

const TICK_MS = 1000;
/** Each reader is visited once in so many ticks. */
const SLOTS = 15;
const SILENT_MS = 14_000;
const BLOCKED_MS = 60_000;
/** Positions beyond this are shown every fifth second. */
const FAR = 100;
const FAR_TICKS = 5;

/**
 * The pulse of all readers: one timer for the process, no timer a stream. Each second a fifteenth of the readers gets a
 * sign of life, and has its session and, if it was silent, its log looked after; all who wait are told their position.
 */
@Injectable()
export class Heartbeat implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly outages = new FailureLog(new Logger(Heartbeat.name), 'the heartbeat');
  private readonly slots = new WeakMap<Follower, number>();
  private ticker: Ticker | undefined;
  private tick = 0;
  private busy = false;
  private unsubscribe: () => void;

  constructor(
    private readonly readers: Readers,
    private readonly subscriptions: LogSubscriptions,
    private readonly queue: Queue,
    private readonly messages: Messages,
    private readonly settlement: Settlement,
    private readonly authenticator: Authenticator,
    private readonly notices: Notices,
    private readonly lifecycle: Lifecycle,
  ) {}

  onApplicationBootstrap(): void {
    // A dependency that hangs must not keep readers without their signs of life: a beat does not wait for the one before.
    this.ticker = every(TICK_MS, () => void this.beat());
    this.unsubscribe = this.notices.onRevoked(({ sessionId }) => this.readers.closeSession(sessionId));
    // After the worker's step: who reads a finishing answer sees its end.
    this.lifecycle.onDrain(async () => this.readers.leave());
  }

  onModuleDestroy(): void {
    void this.ticker?.stop();
    this.unsubscribe();
  }

  /** A dependency that is away is asked again at the next beat. */
  private async beat(): Promise<void> {
    this.tick++;
    const due = this.readers.all().filter((follower) => this.isDue(follower));
    for (const follower of due) this.signOfLife(follower);
    if (this.busy) return;
    this.busy = true;
    const steps = [this.showPositions(), this.lookAtSessions(due), this.lookAtLogs(due)];
    for (const result of await Promise.allSettled(steps)) {
      if (result.status === 'rejected') this.outages.failed(result.reason);
    }
    this.busy = false;
  }

  /** Its turn comes `SLOTS` ticks after it was first seen, and so on: readers that come together don't beat together. */
  private isDue(follower: Follower): boolean {
    let slot = this.slots.get(follower);
    if (slot === undefined) this.slots.set(follower, (slot = (this.tick + SLOTS - 1) % SLOTS));
    return slot === this.tick % SLOTS;
  }

  private signOfLife(follower: Follower): void {
    const { blockedSince } = follower;
    if (blockedSince && performance.now() - blockedSince >= BLOCKED_MS) follower.cut();
    else follower.comment();
  }

  private async showPositions(): Promise<void> {
    const waiting = this.subscriptions.all().filter((subscription) => !subscription.running);
    if (waiting.length === 0) return;
    const positions = await this.queue.positions(waiting.map((subscription) => subscription.messageId));
    for (const subscription of waiting) {
      const position = positions.get(subscription.messageId);
      if (position === undefined || (position > FAR && this.tick % FAR_TICKS !== 0)) continue;
      for (const follower of subscription.followers) follower.queued(position);
    }
  }

  /** Only a clear no closes a stream. */
  private async lookAtSessions(due: Follower[]): Promise<void> {
    const sessions = new Set(due.map(({ sessionId }) => sessionId));
    for (const sessionId of sessions) {
      if (sessionId && !(await this.authenticator.isAlive(sessionId))) this.readers.closeSession(sessionId);
    }
  }

  /**
   * Silent logs may be silent because the end was stored and its writer died before it stood in the log; missing ones, and
   * those that could not be read, are asked for each second.
   */
  private async lookAtLogs(due: Follower[]): Promise<void> {
    const isSilent = (follower: Follower) =>
      performance.now() - (this.subscriptions.get(follower.key)?.heardAt ?? -Infinity) >= SILENT_MS;
    const doubtful = new Set([
      ...due.filter(isSilent),
      ...this.readers.all().filter(({ missing, failed }) => missing || failed),
    ]);
    const open = [...doubtful].filter(({ closed, blockedSince }) => !closed && !blockedSince);
    if (open.length === 0) return;
    const standings = await this.messages.standings(open.map(({ ref }) => ref));
    const statusOf = new Map(standings.map(({ id, status }) => [id, status]));
    for (const follower of open) {
      const status = statusOf.get(follower.ref.id);
      if (!status) follower.close();
      else if (status !== 'generating') await this.closeEnded(follower);
      else await follower.catchUp();
    }
  }

  private async closeEnded(follower: Follower): Promise<void> {
    const message = await this.messages.getWriting(follower.ref);
    if (message) await this.settlement.closeLog(message, follower.position);
    await follower.catchUp();
    if (follower.missing && !follower.closed) await this.readers.withoutLog(follower, true);
  }
}
