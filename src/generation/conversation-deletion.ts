import { Injectable } from '@nestjs/common';
import { Leases } from '../../libs/limits/index.js';
import { Queue } from '../../libs/queue/index.js';
import { Conversations } from '../chat/conversations.js';
import { Messages } from '../chat/messages.js';
import { Notices } from '../notices/notices.js';
import { LogCloser } from './end/log-closer.js';
import { GenerationMetrics } from './generation-metrics.js';
import { deletedContent, logKey } from './log-entries.js';
import { Runs } from './run/runs.js';

/** How long readers can still learn that the conversation is gone. */
const RETAIN_MS = 60_000;

/**
 * Deletes a conversation with all its messages: first a tombstone, under which nothing is written any more, then the ends
 * of what is being written, then the rows. Each step may be done twice, so whoever finds it half done goes on.
 */
@Injectable()
export class ConversationDeletion {
  constructor(
    private readonly conversations: Conversations,
    private readonly messages: Messages,
    private readonly closer: LogCloser,
    private readonly queue: Queue,
    private readonly leases: Leases,
    private readonly runs: Runs,
    private readonly notices: Notices,
    private readonly metrics: GenerationMetrics,
  ) {}

  /** False where the user has no such conversation. */
  async delete(userId: string, conversationId: string): Promise<boolean> {
    if (!(await this.conversations.bury(userId, conversationId))) return false;
    for (const answer of await this.messages.writingOfConversation(conversationId)) {
      const seized = await this.messages.seizeForDeletion(answer);
      if (seized) this.metrics.ended(seized, 'deleted');
      const message = seized ?? answer;
      await this.runs.signalStop(answer.id, 'lost');
      await this.closer.close(logKey(answer), deletedContent(message), RETAIN_MS);
      await this.queue.remove(answer.id);
      await this.leases.free(answer.userId, logKey(answer));
    }
    await this.conversations.remove(conversationId);
    this.notices.toUser(userId, 'conversation.deleted', { conversationId });
    return true;
  }
}
