import { Injectable } from '@nestjs/common';
import { Accounts } from '../../auth/accounts/accounts.service.js';
import type { Actor } from '../../auth/accounts/security-events.service.js';
import type { Role, User } from '../../auth/users/user-store.js';
import { Messages } from '../../chat/store/index.js';
import { StopService } from './stop.service.js';

/**
 * Changes an account; who is disabled asks nothing any more, and neither do their questions that run or wait. Each step
 * may be done twice: where a store was away in the middle, disabling again goes on.
 *
 * It stops as people do: by a flag in the store, which whoever writes finds with its next save. So it works from any
 * process, also from a command beside a server that hears no notice. A question that was just on its way in is stopped
 * by who takes it (`AccountRecheck`).
 */
@Injectable()
export class Disabling {
  constructor(
    private readonly accounts: Accounts,
    private readonly messages: Messages,
    private readonly stops: StopService,
  ) {}

  /** Null where there is no such user; 409 `last_admin`. */
  async change(userId: string, change: { role?: Role; disabled?: boolean }, by: Actor): Promise<User | null> {
    const user = await this.accounts.change(userId, change, by);
    if (user?.disabled) await this.stopAll(userId);
    return user;
  }

  private async stopAll(userId: string): Promise<void> {
    const stopped = await Promise.allSettled(
      (await this.messages.writingOfUser(userId)).map((answer) => this.stops.stop(answer)),
    );
    const failed = stopped.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
  }
}
