import { Injectable } from '@nestjs/common';
import { EventLog } from '../../../libs/event-log/index.js';
import { Leases } from '../../rate-limit/index.js';
import { Queue } from '../../queue/index.js';
import { Conversations, DELETED, type Message, Messages } from '../../chat/store/index.js';
import { Config } from '../../config/config.js';
import { FileRemoval } from '../../files/keeping/file-removal.service.js';
import { Notices } from '../../notices/notices.service.js';
import { GenerationMetrics } from '../answer/generation-metrics.service.js';
import { deletedContent, logKey } from '../answer/log-entries.js';
import { ActiveRuns } from '../run/active-runs.service.js';

/** How long readers can still learn that the conversation is gone. */
const RETAIN_MS = 60_000;
/** No log that has not ended lives longer than this after its last entry. */
const LOG_LIFE_MS = 86_400_000;

/**
 * Deletes a conversation with all its messages: first a tombstone, under which nothing is written any more, then the ends
 * of what is being written, then what it holds of files, then the rows. Each step may be done twice, so whoever finds it half done goes on.
 */
@Injectable()
export class ConversationDeletion {
  constructor(
    private readonly conversations: Conversations,
    private readonly messages: Messages,
    private readonly log: EventLog,
    private readonly queue: Queue,
    private readonly leases: Leases,
    private readonly runs: ActiveRuns,
    private readonly files: FileRemoval,
    private readonly notices: Notices,
    private readonly metrics: GenerationMetrics,
    private readonly config: Config,
  ) {}

  /** False where the user has no such conversation. */
  async delete(userId: string, conversationId: string): Promise<boolean> {
    if (!(await this.conversations.bury(userId, conversationId))) return false;
    for (const answer of await this.messages.writingOfConversation(conversationId)) {
      const seized = await this.messages.seizeForDeletion(answer);
      if (seized) this.metrics.ended(seized, 'deleted');
    }
    const livesMs = Math.max(LOG_LIFE_MS, this.config.STREAM_RETENTION_SECONDS * 1000);
    const ended = await this.messages.endedOfConversation(conversationId, livesMs);
    await Promise.all(ended.map((answer) => this.clear(answer)));
    await this.files.conversationGone(conversationId);
    await this.conversations.remove(conversationId);
    this.notices.toUser(userId, 'conversation.deleted', { conversationId });
    return true;
  }

  /** What an answer has outside of the store: of one that was seized, now or by who did not come this far, its writer too. */
  private async clear(answer: Message): Promise<void> {
    if (answer.error?.code === DELETED.code) {
      await this.runs.signalStop(answer.id, 'lost');
      await this.queue.remove(answer.id);
      await this.leases.free(answer.userId, logKey(answer));
    }
    // Logs outlive their answers, and one may still lack its end.
    await this.log.seal(logKey(answer), deletedContent(answer), RETAIN_MS);
  }
}
