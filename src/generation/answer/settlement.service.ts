import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { retry, WHILE_AWAY } from '../../../libs/async/index.js';
import { type AppendResult, comparePositions, EventLog, type LogPosition } from '../../../libs/event-log/index.js';
import { Leases } from '../../rate-limit/index.js';
import { type Conversation, Conversations, type Ended, type Message, Messages } from '../../chat/store/index.js';
import type { MessageRef, Writing } from '../../chat/store/index.js';
import { conversationView, messageView } from '../../chat/api/views.js';
import { Config } from '../../config/config.js';
import { Notices } from '../../notices/notices.service.js';
import { GenerationMetrics } from './generation-metrics.service.js';
import { closingContent, type Content, logKey, openingOf } from './log-entries.js';

/** Who began to make a log again and was not heard of for so long has died. */
const REOPEN_MS = 5000;

/** An answer in the hands of its owner: which attempt it is, and what writes that attempt's part of the log. */
export interface OwnedAnswer {
  readonly epoch: number;
  readonly attempt: number;
  readonly log: { append(content: Content, end: { retainMs: number }): Promise<AppendResult> };
}

/** What follows once an answer's end is in the store: the log's last entry, the lease, the notices. */
@Injectable()
export class Settlement {
  private readonly logger = new Logger(Settlement.name);

  constructor(
    private readonly conversations: Conversations,
    private readonly messages: Messages,
    private readonly log: EventLog,
    private readonly leases: Leases,
    private readonly notices: Notices,
    private readonly metrics: GenerationMetrics,
    private readonly config: Config,
  ) {}

  get retainMs(): number {
    return this.config.STREAM_RETENTION_SECONDS * 1000;
  }

  /** After the owner ended it: its own writer closes the log. */
  async byOwner(owned: OwnedAnswer, { message, conversation }: Ended): Promise<void> {
    const closing = closingContent(message, conversation);
    const result = await owned.log.append(closing, { retainMs: this.retainMs });
    // Not where it was deleted meanwhile: its log must not come back.
    if (result === 'missing' && conversation) {
      await retry(
        () => this.tellAnew(message, { epoch: owned.epoch + 1, attempt: owned.attempt }, closing),
        WHILE_AWAY,
      );
    }
    await this.settle(message, conversation);
  }

  /** After somebody else ended it: a stop, a sweep. */
  async byOther(message: Message): Promise<void> {
    const conversation = await this.conversationOf(message);
    await this.log.seal(logKey(message), closingContent(message, conversation), this.retainMs);
    await this.settle(message, conversation);
  }

  /**
   * Only the last entry: for a log whose writer died between the store and the log. `readTo`: as far as somebody has read
   * it; where the log does not reach so far any more it lost its newest entries, and is told anew.
   */
  async closeLog(message: Writing, readTo?: LogPosition): Promise<void> {
    const closing = closingContent(message, await this.conversationOf(message));
    const found = readTo && (await this.log.read(logKey(message), readTo, 0));
    if (found && comparePositions(found.last, readTo) < 0) {
      const epoch = Math.max(message.epoch, readTo.epoch) + 1;
      return this.tellAnew(message, { epoch, attempt: message.attempts + 1 }, closing);
    }
    await this.log.seal(logKey(message), closing, this.retainMs);
  }

  /**
   * The log of an answer that waits for a person, made again from its row in the next epoch: a person may take longer than a
   * log is kept. Where somebody else is at it, it is theirs.
   */
  async reopen(held: MessageRef): Promise<void> {
    const owner = randomUUID();
    const claim = await this.messages.claim(held, owner, { staleMs: REOPEN_MS, held: true });
    if ('refused' in claim) return;
    const { epoch, attempts, spent, heldFor } = claim.claimed;
    const opening = openingOf(claim.claimed, { epoch, attempt: attempts + 1 });
    await this.log.open(logKey(held), opening);
    this.metrics.reset('log_lost');
    await this.messages.letGo(held, epoch, owner, {
      text: '',
      spent,
      attempts,
      dueInMs: 0,
      heldFor: heldFor ?? undefined,
    });
  }

  /**
   * An answer that has ended and whose log was lost, all of it or its newest entries: once more, whole, in the next epoch.
   * Nobody claims that of an answer that has ended. A log that was closed meanwhile stays as it is.
   */
  private async tellAnew(message: Message, at: { epoch: number; attempt: number }, closing: Content): Promise<void> {
    const { epoch } = at;
    const opening = openingOf(message, at);
    if ((await this.log.open(logKey(message), opening)) !== 'written') return;
    const last = { epoch, seq: opening.length - 1, ...closing };
    await this.log.append(logKey(message), [last], { retainMs: this.retainMs });
    this.metrics.reset('log_lost');
  }

  conversationOf(message: Message): Promise<Conversation | null> {
    return this.conversations.get(message.userId, message.conversationId);
  }

  /** Frees the place; what does not hold now, the sweep does later. */
  async freeLease(message: Message): Promise<void> {
    await this.leases.free(message.userId, logKey(message));
  }

  private async settle(message: Message, conversation: Conversation | null): Promise<void> {
    this.metrics.ended(message);
    await this.freeLease(message);
    this.notices.toUser(message.userId, 'generation.finished', { message: messageView(message) });
    if (conversation) {
      this.notices.toUser(message.userId, 'conversation.updated', { conversation: conversationView(conversation) });
    }
  }
}
