import { Injectable } from '@nestjs/common';
import { AppError } from '../../../libs/errors/index.js';
import { type PolicyName, RateLimits } from '../../rate-limit/rate-limits.service.js';
import { type Client, network } from './client.js';
import { Passwords } from './passwords.service.js';
import { Sessions } from './sessions.service.js';
import { UserStore, type User } from '../users/user-store.js';

/**
 * Compares passwords, and counts the wrong ones, whether the account exists or not: by address where somebody logs in,
 * by account and address, and by account alone. Only wrong ones count: neither the right one nor what is refused.
 */
@Injectable()
export class Credentials {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly limits: RateLimits,
  ) {}

  /**
   * That this is the password of `user`, the account of this e-mail; it may be disabled. An unknown e-mail and a wrong password: the same 401
   * `invalid_credentials`, in the same time. 429 `rate_limited` after too many of them, for the right password too.
   */
  checkLogIn(user: User | null, email: string, password: string, client: Client): Promise<User> {
    return this.check({ user, account: email, client, isLogIn: true }, password);
  }

  /** The account of somebody who is signed in already and has to show that it really is them. */
  async checkUser(userId: string, password: string, client: Client): Promise<User> {
    const user = await this.users.findById(userId);
    return this.check({ user, account: user?.email ?? userId, client, isLogIn: false }, password);
  }

  private async check(attempt: Attempt, password: string): Promise<User> {
    // Who is refused does not wait for that, and keeps nobody waiting.
    await this.requireOpen(attempt);
    return this.passwords.turn(personOf(attempt.account, attempt.client), async (compare) => {
      // Again: many guesses at once all came in before the first of them was counted.
      await this.requireOpen(attempt);
      const { user } = attempt;
      const fits = await compare(user?.passwordHash, password);
      if (user && fits && !user.deleting) return user;
      await this.count(attempt);
      throw invalidCredentials();
    });
  }

  /** 429 `rate_limited` where one of the limits is reached. */
  private async requireOpen(attempt: Attempt): Promise<void> {
    const { reply } = attempt.client;
    await Promise.all([
      ...limitsOf(attempt).map(([policy, key]) => this.limits.check(policy, key, reply)),
      this.requireKnownOrFew(attempt),
    ]);
  }

  /**
   * Where an account is guessed at from everywhere, only addresses from which it is signed in are let try: else whoever
   * has a dozen addresses could shut its owner out.
   */
  private async requireKnownOrFew({ user, account, client }: Attempt): Promise<void> {
    const standing = await this.limits.standing('login-account-all', account);
    if (!standing || standing.used < standing.max) return;
    const sessions = user ? await this.sessions.list(user.id) : [];
    if (sessions.some(({ address }) => network(address) === network(client.address))) return;
    await this.limits.check('login-account-all', account, client.reply);
  }

  /** In all of them, also where one is full meanwhile: then 429 `rate_limited`. */
  private async count(attempt: Attempt): Promise<void> {
    const { account, client } = attempt;
    const counted = await Promise.allSettled([
      ...limitsOf(attempt).map(([policy, key]) => this.limits.consume(policy, key, client.reply)),
      this.limits.add('login-account-all', account, 1),
    ]);
    const refused = counted.find((one) => one.status === 'rejected');
    if (refused) throw refused.reason;
  }
}

interface Attempt {
  user: User | null;
  account: string;
  client: Client;
  isLogIn: boolean;
}

/** Who asks, as far as is known: an account as it is used from one address. */
export function personOf(account: string, { address }: Pick<Client, 'address'>): string {
  return `${account}|${network(address)}`;
}

function limitsOf(attempt: Attempt): Array<[PolicyName, string]> {
  const ofAccount: [PolicyName, string] = ['login-account', personOf(attempt.account, attempt.client)];
  return attempt.isLogIn ? [['login', attempt.client.address], ofAccount] : [ofAccount];
}

export function invalidCredentials(): AppError {
  return new AppError('invalid_credentials', 401, 'E-mail address or password is wrong.');
}
