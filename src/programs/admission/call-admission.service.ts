import { Injectable, Logger } from '@nestjs/common';
import { AppError, dependencyDown } from '../../../libs/errors/index.js';
import type { Model } from '../../../libs/models/index.js';
import { Presence } from '../../cluster/presence.service.js';
import { Config } from '../../config/config.js';
import { Admission } from '../../generation/ask/admission.service.js';
import { callJob, type CallRef } from '../../generation/calls/call-job.js';
import { HeldCalls } from '../../generation/calls/held-calls.service.js';
import { KeyBudget } from '../../generation/run/key-budget.service.js';
import { Lifecycle } from '../../lifecycle/lifecycle.service.js';
import { Queue } from '../../queue/index.js';
import { CallLeases } from '../../rate-limit/index.js';
import { type HeaderSink, RateLimits } from '../../rate-limit/rate-limits.service.js';
import type { OpenCall } from './open-call.js';

const RETRY_SECONDS = 2;

/** A call's place among all others. */
export interface Turn {
  /** Resolves when it has come; rejects with the signal's reason. */
  come: Promise<void>;
  /** Gives back whatever it holds. Never rejects. */
  leave(): Promise<void>;
}

/**
 * Lets a call take its turn, in the queue of people's questions. What it leaves behind where this process dies ends by
 * itself: the lease runs out, and the queue's place with it.
 */
@Injectable()
export class CallAdmission {
  private readonly log = new Logger(CallAdmission.name);

  constructor(
    private readonly admission: Admission,
    private readonly limits: RateLimits,
    private readonly budget: KeyBudget,
    private readonly leases: CallLeases,
    private readonly queue: Queue,
    private readonly held: HeldCalls,
    private readonly presence: Presence,
    private readonly lifecycle: Lifecycle,
    private readonly config: Config,
  ) {}

  /** Counts a call. 429 `rate_limited`. */
  count(userId: string, sink: HeaderSink): Promise<void> {
    return this.limits.consume('program-user', userId, sink);
  }

  /** Refuses where nothing may be spent: 429 `token_budget`, `budget_exhausted`. */
  async requireBudget({ auth: { userId, key } }: OpenCall, sink: HeaderSink): Promise<void> {
    await this.limits.check('tokens-user', userId, sink);
    if (key) await this.budget.require(key, key.name);
  }

  /** Puts a call in line. Errors: 429 `too_many_concurrent`; 503 `queue_full`, `draining`, `dependency_down`. */
  async enter(call: OpenCall, model: Model): Promise<Turn> {
    this.requireSomebody();
    this.admission.requireTime();
    const ref: CallRef = { id: call.id, userId: call.auth.userId, holder: this.lifecycle.instance };
    await this.takeLease(ref);
    const job = callJob(ref, model);
    const come = this.turnOf(call, ref);
    // It may be refused before anybody waits for it.
    come.catch(() => undefined);
    const leave = () => this.leave(ref, job.id);
    try {
      await this.admission.intoQueue(() => this.queue.add(job));
    } catch (error) {
      await leave();
      throw error;
    }
    return { come, leave };
  }

  private turnOf(call: OpenCall, ref: CallRef): Promise<void> {
    return new Promise((resolve, reject) => {
      this.held.add({ ref, onTurn: resolve, onDrain: () => call.end('draining') });
      const { signal } = call;
      if (signal.aborted) reject(signal.reason as Error);
      else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  }

  /** Who drains holds no new connection; without a worker no turn comes. */
  private requireSomebody(): void {
    if (!this.presence.hasWorker) throw dependencyDown('worker', new Error('no worker was seen for 30 s'));
    if (!this.lifecycle.draining) return;
    throw new AppError('draining', 503, 'The server is being restarted. Please try again in a moment.', {
      retryAfterSeconds: RETRY_SECONDS,
    });
  }

  /** Also where the number is not limited: a worker elsewhere keeps the queue's place as long as there is a lease. */
  private async takeLease({ userId, id }: CallRef): Promise<void> {
    const limit = this.config.PROGRAM_CONCURRENT_MAX || Number.MAX_SAFE_INTEGER;
    if (await this.leases.take(userId, id, limit)) return;
    this.limits.countRefusal('concurrent');
    throw new AppError('too_many_concurrent', 429, `${limit} calls of yours are waiting or running already.`, {
      retryAfterSeconds: RETRY_SECONDS,
      params: { of: 'answers', maximum: limit },
    });
  }

  /** Each may fail: the rest ends by itself. */
  private async leave({ userId, id }: CallRef, jobId: string): Promise<void> {
    const isRunning = this.held.hasTurn(id);
    this.held.remove(id);
    const ends = [this.leases.free(userId, id), ...(isRunning ? [] : [this.queue.remove(jobId)])];
    for (const end of await Promise.allSettled(ends)) {
      if (end.status === 'rejected') this.log.warn(`a call left something behind for a while: ${String(end.reason)}`);
    }
  }
}
