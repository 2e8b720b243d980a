import { Injectable, Logger } from '@nestjs/common';
import { dependencyDown, isCode } from '../../../libs/errors/index.js';
import { EventLog } from '../../../libs/event-log/index.js';
import { Queue } from '../../../libs/queue/index.js';
import { traced, Tracing } from '../../../libs/tracing/index.js';
import { conversationView } from '../../chat/conversation-view.js';
import { type Accepted, type MessageRef, Messages, type Turn } from '../../chat/messages.js';
import { messageView } from '../../chat/message-view.js';
import { Notices } from '../../notices/notices.js';
import { Endings } from '../end/endings.js';
import { NEVER_BEGUN } from '../end/errors.js';
import { answerJob, QUEUE_ATTRIBUTES } from '../jobs.js';
import { createdEntry, logKey } from '../log-entries.js';
import { ModelCatalog } from '../model-catalog.js';
import { repeat } from '../run/repeat.js';
import type { Deadline } from './deadline.js';

/** A connection that broke is back sooner. What is undone stays in the conversation, beside the person's next try. */
const PATIENCE_MS = 3000;
const PAUSE_MS = 100;

/** The outcome is unknown: a repeat, or the sweep, finishes what was begun. */
export class OutcomeUnknown extends Error {
  constructor(override readonly cause: unknown) {
    super('the outcome is unknown', { cause });
  }
}

/** Stores a question and its empty answer, opens the log and puts the job in line; or undoes it. */
@Injectable()
export class Acceptance {
  private readonly logger = new Logger(Acceptance.name);

  constructor(
    private readonly messages: Messages,
    private readonly log: EventLog,
    private readonly queue: Queue,
    private readonly catalog: ModelCatalog,
    private readonly endings: Endings,
    private readonly notices: Notices,
    private readonly tracing: Tracing,
  ) {}

  /** Rejects with OutcomeUnknown where a store went away in the middle, else with what refused the turn. */
  async accept(turn: Turn, deadline: Deadline): Promise<MessageRef> {
    const { question, answer, conversation } = await traced(this.tracing.join(turn.answer.id, 'store question'), () =>
      deadline.within(this.messages.appendTurn(turn)),
    ).catch(asUnknown);
    await this.start(answer, deadline);
    const { userId } = turn;
    if (turn.question) this.notices.toUser(userId, 'message.created', { message: messageView(question) });
    this.notices.toUser(userId, 'conversation.updated', { conversation: conversationView(conversation) });
    this.notices.toUser(userId, 'message.created', { message: messageView(answer) });
    const { id, conversationId, endpoint, model } = answer;
    this.notices.toUser(userId, 'generation.started', { messageId: id, conversationId, endpoint, model });
    return { conversationId, id };
  }

  /** Opens the log and adds the job, each once however often this is called. */
  async start(answer: Accepted['answer'], deadline: Deadline): Promise<void> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const untilDeadline = <T>(work: () => Promise<T>) => deadline.within(repeat(work, patience, PAUSE_MS));
    try {
      await traced(this.tracing.join(answer.id, 'open log'), () =>
        untilDeadline(() => this.log.open(logKey(answer), [createdEntry(answer)])),
      );
      const span = this.tracing.join(answer.id, 'send answers', { kind: 'producer', attributes: QUEUE_ATTRIBUTES });
      const job = answerJob(answer, this.catalog.get(answer.endpoint ?? ''), span.traceparent);
      await traced(span, () => untilDeadline(() => this.queue.add(job)));
    } catch (error) {
      const undone = await this.undo(answer).catch(asUnknown);
      if (undone) throw isCode(error, 'dependency_down') ? error : dependencyDown('queue', error);
    }
  }

  /** Ends what nobody has begun. False: a worker was faster, so the question was accepted after all. */
  private async undo({ id, conversationId }: MessageRef): Promise<boolean> {
    const answer = await this.messages.getWriting({ id, conversationId });
    const end = { status: 'interrupted' as const, error: NEVER_BEGUN };
    if (answer?.epoch !== 0 || !(await this.messages.seize(answer, { epoch: 0, touchedAt: answer.touchedAt }, end))) {
      return false;
    }
    // What fails here, the sweep and the heartbeat do.
    const steps = [this.queue.remove(answer.id), this.endings.byOther({ ...answer, ...end })];
    for (const step of await Promise.allSettled(steps)) {
      if (step.status === 'rejected') this.logger.warn(`undoing a question: ${String(step.reason)}`);
    }
    return true;
  }
}

function asUnknown(error: unknown): never {
  throw isCode(error, 'dependency_down') ? new OutcomeUnknown(error) : error;
}
