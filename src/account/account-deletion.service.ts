import { Injectable } from '@nestjs/common';
import { AppError } from '../../libs/errors/index.js';
import { ApiKeys } from '../auth/accounts/api-keys.service.js';
import { Sessions } from '../auth/accounts/sessions.service.js';
import { UserStore } from '../auth/users/user-store.js';
import { Conversations } from '../chat/store/index.js';
import { FileRemoval } from '../files/keeping/file-removal.service.js';
import { ConversationDeletion } from '../generation/control/conversation-deletion.service.js';
import { IdempotencyKeys } from '../generation/keys/idempotency-keys.js';

const AT_A_TIME = 100;

/**
 * Deletes an account with everything in it: first a mark (nobody can log in any more), then sessions, keys,
 * conversations, idempotency keys and files, at last the row, which frees the e-mail address. Each step may be done twice; what stops half-way goes on with
 * `resume`, on any instance.
 */
@Injectable()
export class AccountDeletion {
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly users: UserStore,
    private readonly sessions: Sessions,
    private readonly apiKeys: ApiKeys,
    private readonly conversations: Conversations,
    private readonly deletion: ConversationDeletion,
    private readonly keys: IdempotencyKeys,
    private readonly files: FileRemoval,
  ) {}

  /**
   * Decides it: from now on it goes on by itself. False where there is no such user. 409 `last_admin` where others would be
   * left alone.
   */
  begin(userId: string): Promise<boolean> {
    return this.users.markDeleting(userId);
  }

  /** Goes on with every deletion that has begun. One that fails does not hold up the others; then it rejects. */
  async resume(): Promise<void> {
    const results = await Promise.allSettled((await this.users.deleting()).map(({ id }) => this.finish(id)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Resolves when all is gone. */
  finish(userId: string): Promise<void> {
    let run = this.running.get(userId);
    if (!run) {
      run = this.removeAll(userId).finally(() => this.running.delete(userId));
      this.running.set(userId, run);
    }
    return run;
  }

  private async removeAll(userId: string): Promise<void> {
    await this.sessions.revokeAll(userId);
    await this.apiKeys.removeAllOf(userId);
    await this.removeConversations(userId);
    await this.keys.removeByUser(userId);
    // A question that was on its way in while the sessions ended.
    await this.removeConversations(userId);
    await this.files.deleteAllOf(userId);
    await this.users.remove(userId);
  }

  private async removeConversations(userId: string): Promise<void> {
    let before = '';
    for (;;) {
      const ids = await this.conversations.idsOfUser(userId, AT_A_TIME);
      if (ids.length === 0) return;
      const batch = [...ids].sort().join();
      if (batch === before) {
        const cause = new Error(`conversations of a deleted account do not go: ${ids.length} of this batch are left`);
        throw new AppError('dependency_down', 503, 'Not everything could be deleted yet. It goes on by itself.', {
          cause,
          retryAfterSeconds: 60,
          params: { reason: 'deletion_goes_on' },
        });
      }
      before = batch;
      for (const id of ids) await this.deletion.delete(userId, id);
    }
  }
}
