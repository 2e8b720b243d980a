import { Injectable, Logger } from '@nestjs/common';
import { AppError, dependencyDown, isCode } from '../../../libs/errors/index.js';
import type { Model } from '../../../libs/models/index.js';
import { Tracing } from '../../../libs/tracing/index.js';
import { type MessageRef, Messages, type Writing } from '../../chat/store/index.js';
import type { AskBody } from '../../contract/ask.js';
import type { KeyRights } from '../../http/request-auth.js';
import { KeyBudget } from '../run/key-budget.service.js';
import { Config } from '../../config/config.js';
import { Lifecycle } from '../../lifecycle/lifecycle.service.js';
import { Presence } from '../../cluster/presence.service.js';
import { type HeaderSink, RateLimits } from '../../rate-limit/rate-limits.service.js';
import type { AskIds } from '../keys/idempotency-keys.js';
import { traceAttributes } from '../answer/generation-traces.js';
import { logKey } from '../answer/log-entries.js';
import { ModelCatalog } from '../answer/model-catalog.service.js';
import { messageUnknown } from '../stream/readers.service.js';
import { Acceptance, OutcomeUnknown, StoredOnly } from '../answer/acceptance.service.js';
import { Admission } from './admission.service.js';
import { AskedFiles } from './asked-files.service.js';
import { checkAsk } from './check-ask.js';
import { Deadline } from '../answer/deadline.js';
import { type Draft, Drafts, fingerprintOf, idsFor, turnFrom } from './drafts.service.js';
import { ACCEPT_MS, Idempotency, type Key } from '../keys/idempotency.service.js';

const DRAINING_RETRY_SECONDS = 5;

export interface Question {
  userId: string;
  /** By which key it is asked; undefined: by a person. */
  program?: KeyRights;
  endpoint: string;
  body: AskBody;
  idempotencyKey?: string;
}

/** What was asked. */
interface Request {
  model: Model;
  body: AskBody;
  program?: KeyRights;
}

/** Which answer to read. `isRepeat`: of a question that was known by its key. */
export interface Asked {
  ref: MessageRef;
  isRepeat: boolean;
}

/**
 * Takes a question in: validate → a known key? attach → `message-user` → claim the key → lease → room in the queue? →
 * store, log, queue. When this resolves, the question and its empty answer are stored and the job is in line.
 */
@Injectable()
export class AskService {
  private readonly logger = new Logger(AskService.name);

  constructor(
    private readonly catalog: ModelCatalog,
    private readonly drafts: Drafts,
    private readonly askedFiles: AskedFiles,
    private readonly idempotency: Idempotency,
    private readonly rateLimits: RateLimits,
    private readonly keyBudget: KeyBudget,
    private readonly admission: Admission,
    private readonly acceptance: Acceptance,
    private readonly messages: Messages,
    private readonly lifecycle: Lifecycle,
    private readonly presence: Presence,
    private readonly config: Config,
    private readonly tracing: Tracing,
  ) {}

  /** `reply` gets the headers of the limits. */
  async ask(question: Question, reply: HeaderSink): Promise<Asked> {
    const { userId, program, endpoint, body, idempotencyKey } = question;
    await this.requireSomebody();
    const model = this.catalog.get(endpoint);
    if (!model) throw new AppError('endpoint_unknown', 404, 'There is no such endpoint.');
    checkAsk(body, this.config.MESSAGE_MAX_CHARS);
    const request = { model, body, program };
    if (idempotencyKey === undefined) {
      this.admission.requireTime();
      return { ref: await this.admit(await this.draft(userId, request), reply), isRepeat: false };
    }

    const key = { userId, key: idempotencyKey, fingerprint: fingerprintOf(endpoint, body) };
    return this.askOnce(key, request, reply);
  }

  /** While this process drains, another may still take the job; without a worker nobody does. */
  private async requireSomebody(): Promise<void> {
    if (!this.presence.hasWorker) throw dependencyDown('worker', new Error('no worker was seen for 30 s'));
    if (!this.lifecycle.draining || (await this.presence.othersServe())) return;
    throw new AppError('draining', 503, 'The server is being restarted. Please try again in a moment.', {
      retryAfterSeconds: DRAINING_RETRY_SECONDS,
    });
  }

  /** Under an idempotency key: the first asks, the others attach. */
  private async askOnce(key: Key, request: Request, reply: HeaderSink): Promise<Asked> {
    const state = await this.idempotency.state(key);
    if (state && 'accepted' in state) {
      await this.rateLimits.consume('api', key.userId, reply);
      const stored = await this.messages.getWriting(refOf(state.accepted));
      // Its events outlive it for a minute.
      if (!stored) throw messageUnknown();
      await this.putInLine(key, state.accepted, stored);
      return { ref: refOf(state.accepted), isRepeat: true };
    }
    if (state) return { ref: await this.goOn(key, state.takenOver, request, reply), isRepeat: true };

    // Only now: a repeat of what was accepted is not refused.
    this.admission.requireTime();
    const draft = await this.draft(key.userId, request);
    await this.countQuestion(key.userId, request.program, reply);
    const ids = idsFor(draft);
    if (await this.idempotency.claim(key, ids))
      return { ref: await this.acceptUnder(key, draft, ids), isRepeat: false };
    // Another one with the same key was faster.
    await this.rateLimits.giveBack('message-user', key.userId);
    return this.askOnce(key, request, reply);
  }

  /** Finishes what an earlier try left half done, with its ids. */
  private async goOn(key: Key, ids: AskIds, request: Request, reply: HeaderSink): Promise<MessageRef> {
    const ref = refOf(ids);
    const stored = await this.messages.getWriting(ref);
    if (!stored) {
      const draft = await this.draft(key.userId, request).catch((error) => this.refused(error, key, ids));
      await this.countQuestion(key.userId, request.program, reply).catch((error) => this.refused(error, key, ids));
      return this.acceptUnder(key, draft, ids);
    }
    await this.rateLimits.consume('api', key.userId, reply);
    await this.putInLine(key, ids, stored);
    await this.noteAccepted(key, ids);
    return ref;
  }

  /** Before lease and limits: a question that waits for its files holds neither. */
  private async draft(userId: string, { model, body, program }: Request): Promise<Draft> {
    const files = await this.askedFiles.ready(userId, body.files ?? []);
    return this.drafts.make({ userId, program }, model, body, files);
  }

  private async putInLine(key: Key, ids: AskIds, stored: Writing): Promise<void> {
    await this.acceptance
      .putInLine(stored, new Deadline(ACCEPT_MS))
      .catch((error: unknown) => this.refused(error, key, ids));
  }

  private async admit(draft: Draft, reply: HeaderSink): Promise<MessageRef> {
    await this.countQuestion(draft.userId, draft.program, reply);
    return this.acceptUnder(undefined, draft, idsFor(draft));
  }

  private async countQuestion(userId: string, program: KeyRights | undefined, reply: HeaderSink): Promise<void> {
    await this.rateLimits.consume('message-user', userId, reply);
    await this.rateLimits.check('tokens-user', userId, reply);
    if (program) await this.keyBudget.require(program, program.name);
  }

  private async acceptUnder(key: Key | undefined, draft: Draft, ids: AskIds): Promise<MessageRef> {
    const deadline = new Deadline(ACCEPT_MS);
    const fileIds = draft.files.map(({ id }) => id);
    const question = { conversationId: ids.conversationId, id: ids.userMessageId };
    const span = this.tracing.begin(ids.messageId, 'ask', {
      kind: 'server',
      startedAt: draft.askedAt,
      attributes: traceAttributes(ids.messageId, draft.model.name, draft.modelName),
    });
    try {
      const turn = turnFrom(draft, ids);
      await this.presence.requireRowForm(turn.answer.needs ?? 1);
      await this.admission.takeLease(draft.userId, logKey(refOf(ids)));
      await this.admission.intoQueue(async () => {
        await this.askedFiles.hold(draft.userId, fileIds, question);
        await this.acceptance.accept(turn, deadline);
      });
    } catch (error) {
      span.fail(error);
      if (isRefusal(error)) await this.askedFiles.takeBack(fileIds, question).catch(() => undefined);
      return this.refused(error, key, ids, draft.userId);
    } finally {
      span.end();
    }
    if (key) await this.noteAccepted(key, ids);
    return refOf(ids);
  }

  /** A refused question keeps neither key nor place, unless it is stored, or may be. */
  private async refused(error: unknown, key: Key | undefined, ids: AskIds, userId?: string): Promise<never> {
    if (error instanceof OutcomeUnknown) throw error.cause;
    if (error instanceof StoredOnly) {
      // A repeat needn't wait until this one has surely given up.
      if (key) await this.noteAccepted(key, ids);
      throw error.shown;
    }
    // Where this fails too, the sweep frees them.
    const freed = [
      key && this.idempotency.free(key, ids),
      userId && !isCode(error, 'too_many_concurrent') && this.admission.freeLease(userId, logKey(refOf(ids))),
    ];
    await Promise.allSettled(freed);
    throw error;
  }

  /** The question is accepted whether or not this holds: a repeat finds the stored turn by the key's ids. */
  private async noteAccepted(key: Key, ids: AskIds): Promise<void> {
    await this.idempotency.accept(key, ids).catch((error: unknown) => {
      this.logger.warn(`an accepted idempotency key was not noted: ${String(error)}`);
    });
  }
}

/** The question is surely not stored. */
function isRefusal(error: unknown): boolean {
  return !(error instanceof OutcomeUnknown) && !(error instanceof StoredOnly);
}

function refOf(ids: AskIds): MessageRef {
  return { conversationId: ids.conversationId, id: ids.messageId };
}
