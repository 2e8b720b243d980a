import { Injectable, Logger } from '@nestjs/common';
import { Authenticator } from '../../auth/accounts/authenticator.service.js';
import { UserStore } from '../../auth/users/user-store.js';
import type { RequestAuth } from '../../http/request-auth.js';
import type { MessageRef } from '../../chat/store/index.js';
import { ConversationDeletion } from '../control/conversation-deletion.service.js';
import { StopService } from '../control/stop.service.js';

/**
 * Questions that were on their way in while their account was deleted or disabled: a body may take minutes to come. Whoever
 * does that ends its sessions first, and looks for conversations and answers then; who asks stores first, and looks at the
 * session then: one of the two sees the other.
 */
@Injectable()
export class AccountRecheck {
  private readonly logger = new Logger(AccountRecheck.name);

  constructor(
    private readonly authenticator: Authenticator,
    private readonly users: UserStore,
    private readonly deletion: ConversationDeletion,
    private readonly stops: StopService,
  ) {}

  /**
   * After a question was stored; nobody needs to wait. Deletes its conversation where the account is gone, stops its
   * answer where that is disabled. Never rejects.
   */
  async afterStored({ sessionId, userId }: RequestAuth, answer: MessageRef): Promise<void> {
    try {
      if (await this.authenticator.isAlive(sessionId)) return;
      const user = await this.users.findById(userId);
      if (!user || user.deleting) await this.deletion.delete(userId, answer.conversationId);
      else if (user.disabled) await this.stops.stop(answer);
    } catch (error) {
      this.logger.warn(`whether a question's account is still there could not be looked at: ${String(error)}`);
    }
  }
}
