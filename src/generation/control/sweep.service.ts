import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { every, FailureLog, type Ticker } from '../../../libs/async/index.js';
import { isCode } from '../../../libs/errors/index.js';
import { HitCounter, Leases } from '../../rate-limit/index.js';
import { Queue } from '../../queue/index.js';
import { Conversations, type MessageError, Messages, type Writing } from '../../chat/store/index.js';
import { Config } from '../../config/config.js';
import { ROW_FORM } from '../../lifecycle/forms.js';
import { Lifecycle } from '../../lifecycle/lifecycle.service.js';
import { Acceptance } from '../answer/acceptance.service.js';
import { ACCEPT_MS } from '../keys/idempotency.service.js';
import { Deadline } from '../answer/deadline.js';
import { ConversationDeletion } from './conversation-deletion.service.js';
import { IdempotencyKeys } from '../keys/idempotency-keys.js';
import { refOf } from '../answer/log-entries.js';
import { Owners } from '../run/owners.service.js';
import { Settlement } from '../answer/settlement.service.js';
import { INTERRUPTED, NEVER_BEGUN } from '../answer/errors.js';

const SWEEP_MS = 3000;
/** A little less than the pause, so that a timer which is early by a moment skips no round. */
const TURN_MS = SWEEP_MS - 500;
/** Builds that know other forms of rows take turns by themselves: else one that leaves some alone might take every turn. */
const TURN = `sweep:${ROW_FORM}`;
/** Longer than an owner is silent (1 s), a job is put back (5 s) or a dead worker's job is found (15 s, by the queue). */
const UNTOUCHED_MS = 12_000;
/** Whoever accepts a question has given up by then: `ACCEPT_MS`, and how late a timer may be. */
const LEFTOVER_MS = 20_000;
/** What waited longer is not asked any more: nobody expects the answer. */
const TOO_OLD_MS = 3_600_000;
const PRUNE_MS = 3_600_000;
/** All who wait are among the candidates. */
const MAX_ANSWERS = 10_000;
const MAX_LEFTOVERS = 1000;

/** Puts right what is left over when a process dies. One instance at a time does it. */
@Injectable()
export class Sweep implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(Sweep.name);
  private readonly outages = new FailureLog(this.logger, 'the sweep');
  private ticker: Ticker | undefined;

  constructor(
    private readonly hits: HitCounter,
    private readonly messages: Messages,
    private readonly owners: Owners,
    private readonly conversations: Conversations,
    private readonly queue: Queue,
    private readonly leases: Leases,
    private readonly keys: IdempotencyKeys,
    private readonly acceptance: Acceptance,
    private readonly deletion: ConversationDeletion,
    private readonly settlement: Settlement,
    private readonly lifecycle: Lifecycle,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.lifecycle.onServe(async () => {
      // Who has no siblings knows: what is unfinished was left by a process that is gone.
      if (this.config.isAlone) {
        await this.answers(0, 0);
        await this.burials(0);
        await this.idempotencyKeys(0);
      }
      this.ticker = every(SWEEP_MS, () => this.beat());
    });
  }

  onModuleDestroy(): void {
    void this.ticker?.stop();
  }

  /** One round, where no other instance is at it. A dependency that is away ends it: the next round goes on. */
  async beat(): Promise<void> {
    if (this.lifecycle.draining) return;
    try {
      if ((await this.hits.hit(TURN, TURN_MS)).hits !== 1) return;
      await this.answers(UNTOUCHED_MS, LEFTOVER_MS);
      await this.leftLeases();
      await this.idempotencyKeys(LEFTOVER_MS);
      await this.burials(LEFTOVER_MS);
      if ((await this.hits.hit('sweep-prune', PRUNE_MS)).hits === 1) await this.keys.prune();
    } catch (error) {
      this.outages.failed(error);
    }
  }

  /** Answers that are being written, and nobody does. `halfDoneMs`: from which age on a turn was given up that was not taken to its end. */
  private async answers(untouchedMs: number, halfDoneMs: number): Promise<void> {
    // Whose turn was given up on the way, and accepted all the same.
    const recovered = await this.messages.recoverTurns(halfDoneMs, MAX_ANSWERS);
    for (const answer of [...recovered, ...(await this.messages.untouched(untouchedMs, MAX_ANSWERS))]) {
      if ((await this.queue.state(answer.id)) !== 'absent') continue;
      // Its owner is late: who has no siblings is not asked, what it finds at its start is nobody's.
      if (untouchedMs > 0 && (await this.owners.lives(answer))) continue;
      const isYoung = Date.now() - answer.createdAt.getTime() < TOO_OLD_MS;
      const mayRun = answer.owner === null && !answer.stop;
      if (mayRun && isYoung) await this.start(answer);
      else await this.end(answer, INTERRUPTED);
    }
  }

  private async start(answer: Writing): Promise<void> {
    try {
      await this.acceptance.start(answer, new Deadline(ACCEPT_MS));
      this.logger.log(`answer ${answer.id} waits again`);
    } catch (error) {
      if (isCode(error, 'dependency_down')) throw error;
      // Tried again it would fail again, and hold up all that come after it.
      this.logger.error(`answer ${answer.id} can't be put in line: ${String(error)}`);
      await this.end(answer, NEVER_BEGUN);
    }
  }

  private async end(answer: Writing, error: MessageError): Promise<void> {
    const { epoch, touchedAt, stop } = answer;
    const end = stop ? { status: 'stopped' as const } : { status: 'interrupted' as const, error };
    if (!(await this.messages.seize(answer, { epoch, touchedAt }, end))) return;
    const ended = await this.messages.getWriting(answer);
    if (ended) await this.settlement.byOther(ended);
    this.logger.log(`answer ${answer.id} was in nobody's hand: ${end.status}`);
  }

  /** Places of answers that have ended or never were. Those still at work are looked at again later. */
  private async leftLeases(): Promise<void> {
    const leases = await this.leases.olderThan(LEFTOVER_MS, MAX_LEFTOVERS);
    const standings = await this.messages.standings(leases.map(({ id }) => refOf(id)));
    const writing = new Set(standings.filter(({ status }) => status === 'generating').map(({ id }) => id));
    for (const { holder, id } of leases) {
      if (writing.has(refOf(id).id)) await this.leases.renew(holder, id);
      else await this.leases.free(holder, id);
    }
  }

  /** Keys that were not noted as accepted. What is stored was; what is not there keeps none. */
  private async idempotencyKeys(olderThanMs: number): Promise<void> {
    for (const { userId, key, ids } of await this.keys.unaccepted(olderThanMs, MAX_LEFTOVERS)) {
      const answer = await this.messages.getWriting({ conversationId: ids.conversationId, id: ids.messageId });
      if (answer) await this.keys.accept(userId, key, ids.messageId);
      // Not one that a repeat has taken over since it was listed: that one is at work.
      else await this.keys.free(userId, key, ids.messageId, olderThanMs);
    }
  }

  /** Conversations whose deletion was not finished. */
  private async burials(olderThanMs: number): Promise<void> {
    for (const { id, userId } of await this.conversations.unfinishedBurials(olderThanMs, MAX_LEFTOVERS)) {
      await this.deletion.delete(userId, id);
    }
  }
}
