import { Injectable, Logger } from '@nestjs/common';
import { EventLog } from '../../../libs/event-log/index.js';
import { Leases } from '../../../libs/limits/index.js';
import { Conversations } from '../../chat/conversations.js';
import { conversationView } from '../../chat/conversation-view.js';
import type { Conversation } from '../../chat/conversations.js';
import type { Ended, Message } from '../../chat/messages.js';
import { messageView } from '../../chat/message-view.js';
import { Config } from '../../config/config.js';
import { Notices } from '../../notices/notices.js';
import { RateLimits } from '../../rate-limit/rate-limits.js';
import { GenerationMetrics } from '../generation-metrics.js';
import { closingContent, logKey } from '../log-entries.js';
import type { Run } from '../run/run.js';

/** What follows once an answer's end is in the store: the log's last entry, the lease, the count, the notices. */
@Injectable()
export class Endings {
  private readonly logger = new Logger(Endings.name);

  constructor(
    private readonly conversations: Conversations,
    private readonly log: EventLog,
    private readonly leases: Leases,
    private readonly rateLimits: RateLimits,
    private readonly notices: Notices,
    private readonly metrics: GenerationMetrics,
    private readonly config: Config,
  ) {}

  get retainMs(): number {
    return this.config.STREAM_RETENTION_SECONDS * 1000;
  }

  /** After the owner ended it: its own writer closes the log. */
  async byOwner(run: Run, { message, conversation }: Ended): Promise<void> {
    await run.log.append(closingContent(message, conversation), { retainMs: this.retainMs });
    await this.settle(message, conversation);
  }

  /** After somebody else ended it: a stop, a sweep, an undo. */
  async byOther(message: Message): Promise<void> {
    const conversation = await this.conversationOf(message);
    await this.log.seal(logKey(message), closingContent(message, conversation), this.retainMs);
    await this.settle(message, conversation);
  }

  /** Only the last entry: for a log whose writer died between the store and the log. */
  async closeLog(message: Message): Promise<void> {
    const conversation = await this.conversationOf(message);
    await this.log.seal(logKey(message), closingContent(message, conversation), this.retainMs);
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
    await this.countTokens(message);
  }

  private async countTokens({ userId, usage }: Message): Promise<void> {
    const tokens = usage ? usage.inputTokens + usage.outputTokens : 0;
    if (!tokens || this.config.TOKENS_USER_MAX === 0) return;
    // Ended answers don't wait for a counter: these tokens are then free.
    await this.rateLimits.add('tokens-user', userId, tokens).catch((error: unknown) => {
      this.logger.warn(`tokens of a finished answer were not counted: ${String(error)}`);
    });
  }
}
