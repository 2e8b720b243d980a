import { Injectable } from '@nestjs/common';
import { retry, WHILE_AWAY } from '../../../libs/async/index.js';
import { AppError, isCode } from '../../../libs/errors/index.js';
import { EventLog } from '../../../libs/event-log/index.js';
import { Queue } from '../../queue/index.js';
import { traced, Tracing } from '../../../libs/tracing/index.js';
import { conversationView, messageView } from '../../chat/api/views.js';
import { type Accepted, type MessageRef, Messages, type Turn } from '../../chat/store/index.js';
import { Notices } from '../../notices/notices.service.js';
import { answerJob, QUEUE_ATTRIBUTES } from './jobs.js';
import { createdEntry, logKey } from './log-entries.js';
import { ModelCatalog } from './model-catalog.service.js';
import type { Deadline } from './deadline.js';

/** A connection that broke is back sooner; who asked is told then, and the question waits. */
const PATIENCE_MS = 3000;
const PAUSE_MS = 100;
const RETRY_SECONDS = 2;

/** The outcome is unknown: a repeat, or the sweep, finishes what was begun. */
export class OutcomeUnknown extends Error {
  constructor(override readonly cause: unknown) {
    super('the outcome is unknown', { cause });
  }
}

/** The question is stored, and nobody could put it in line: a repeat does, or the sweep. `shown` is for who asked. */
export class StoredOnly extends Error {
  readonly shown: AppError;

  constructor({ id }: MessageRef, cause: unknown) {
    super('stored, and not in line', { cause });
    const detail = 'The question is stored, but can’t be put in line right now. It will be: please don’t ask it anew.';
    this.shown = new AppError('dependency_down', 503, detail, {
      ...{ cause, retryAfterSeconds: RETRY_SECONDS, members: { messageId: id } },
      params: { reason: 'question_stored' },
    });
  }
}

/**
 * Stores a question and its empty answer, opens the log and puts the job in line. **What is stored is accepted**: it is never
 * undone, but put in line as soon as that can be, by whoever repeats it or by the sweep. To take it out again would be a
 * second thing that can break in the middle, and a question that died beside the person's next try.
 */
@Injectable()
export class Acceptance {
  constructor(
    private readonly messages: Messages,
    private readonly log: EventLog,
    private readonly queue: Queue,
    private readonly catalog: ModelCatalog,
    private readonly notices: Notices,
    private readonly tracing: Tracing,
  ) {}

  /** Rejects with OutcomeUnknown where the store went away in the middle, with StoredOnly, or with what refused the turn. */
  async accept(turn: Turn, deadline: Deadline): Promise<MessageRef> {
    const stored = await traced(this.tracing.join(turn.answer.id, 'store question'), () =>
      deadline.within(this.messages.appendTurn(turn)),
    ).catch(asUnknown);
    try {
      await this.putInLine(stored.answer, deadline);
    } finally {
      this.tell(turn, stored);
    }
    const { id, conversationId } = stored.answer;
    return { conversationId, id };
  }

  /** For what is stored, any number of times: puts it in line unless somebody has begun it. Rejects with StoredOnly. */
  async putInLine(answer: Accepted['answer'], deadline: Deadline): Promise<void> {
    if (!isWaiting(answer)) return;
    try {
      await this.start(answer, deadline);
    } catch (error) {
      // Where only the reply was lost, a worker may have it by now.
      const now = await this.messages.getWriting(answer).catch(() => null);
      if (!now || isWaiting(now)) throw new StoredOnly(answer, error);
    }
  }

  /** Opens the log and adds the job, each once however often this is called. Rejects where one of them does not answer. */
  async start(answer: Accepted['answer'], deadline: Deadline): Promise<void> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const untilDeadline = <T>(work: () => Promise<T>) =>
      deadline.within(retry(work, { ...WHILE_AWAY, pauseMs: PAUSE_MS }, patience));
    await traced(this.tracing.join(answer.id, 'open log'), () =>
      untilDeadline(() => this.log.open(logKey(answer), [createdEntry(answer)])),
    );
    const span = this.tracing.join(answer.id, 'send answers', { kind: 'producer', attributes: QUEUE_ATTRIBUTES });
    const job = answerJob(answer, this.catalog.get(answer.endpoint ?? ''), span.traceparent);
    await traced(span, () => untilDeadline(() => this.queue.add(job)));
  }

  private tell({ userId, question: isAsked }: Turn, { question, answer, conversation }: Accepted): void {
    if (isAsked) this.notices.toUser(userId, 'message.created', { message: messageView(question) });
    this.notices.toUser(userId, 'conversation.updated', { conversation: conversationView(conversation) });
    this.notices.toUser(userId, 'message.created', { message: messageView(answer) });
    const { id, conversationId, endpoint, model } = answer;
    // Only a question has neither.
    const asked = { endpoint: endpoint!, model: model! };
    this.notices.toUser(userId, 'generation.started', { messageId: id, conversationId, ...asked });
  }
}

/** Nobody has begun it. */
function isWaiting({ status, epoch }: Accepted['answer']): boolean {
  return status === 'generating' && epoch === 0;
}

function asUnknown(error: unknown): never {
  throw isCode(error, 'dependency_down') ? new OutcomeUnknown(error) : error;
}
