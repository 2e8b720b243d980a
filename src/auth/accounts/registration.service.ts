import { Injectable } from '@nestjs/common';
import { newId } from '../../../libs/ids/index.js';
import { AppError } from '../../../libs/errors/index.js';
import { Config } from '../../config/config.js';
import { RateLimits } from '../../rate-limit/rate-limits.service.js';
import type { RegistrationBody } from './auth.schema.js';
import { type Client, network } from './client.js';
import { Passwords } from './passwords.service.js';
import { reasonOf, SecurityEvents } from './security-events.service.js';
import { SetupCode } from './setup-code.service.js';
import { UserStore, type User } from '../users/user-store.js';

/** How people make their own accounts. */
@Injectable()
export class Registration {
  constructor(
    private readonly config: Config,
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly setupCode: SetupCode,
    private readonly limits: RateLimits,
    private readonly events: SecurityEvents,
  ) {}

  /**
   * Makes an account; the very first one is an admin. Errors: `registration_closed`, `setup_code_required` (403),
   * `email_taken` (409), `rate_limited` (429).
   */
  async register(body: RegistrationBody, client: Client): Promise<User> {
    const event = { action: 'register', address: client.address } as const;
    try {
      const user = await this.make(body, client);
      this.events.note({ ...event, outcome: 'success', account: user.id, reason: user.role });
      return user;
    } catch (error) {
      const account = this.events.unknown(body.email);
      this.events.note({ ...event, outcome: 'failure', account, reason: reasonOf(error) });
      throw error;
    }
  }

  private async make({ name, email, password, setupCode }: RegistrationBody, client: Client): Promise<User> {
    if (!this.config.ALLOW_REGISTRATION) {
      throw new AppError('registration_closed', 403, 'Accounts are made by whoever runs this server.');
    }
    await this.limits.consume('register', client.address, client.reply);
    await this.setupCode.check(setupCode, client.direct);
    const passwordHash = await this.passwords.hash(password, network(client.address));
    return this.users.create({ id: newId(), name, email, passwordHash, role: 'first' });
  }
}
