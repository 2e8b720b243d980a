import { isIPv6 } from 'node:net';
import { Injectable } from '@nestjs/common';
import { normalizeIp } from '@nestjs/throttler';
import { AppError } from '../../libs/errors/index.js';
import { RateLimits } from '../rate-limit/rate-limits.js';
import type { Client } from './client.js';
import { Passwords } from './passwords.js';
import { UserStore, type User } from './user-store.js';

/**
 * Compares passwords, and counts the wrong ones: by account and address, whether the account exists or not, the same
 * count for log-ins and for whatever asks for the password again.
 */
@Injectable()
export class Credentials {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly limits: RateLimits,
  ) {}

  /**
   * The account of this e-mail and password; it may be disabled. An unknown e-mail and a wrong password: the same 401
   * `invalid_credentials`, in the same time. 429 `rate_limited` after too many of them, for the right password too.
   */
  async checkEmail(email: string, password: string, client: Client): Promise<User> {
    return this.check(await this.users.findByEmail(email), email, password, client);
  }

  /** The account of somebody who is signed in already and has to show that it really is them. */
  async checkUser(userId: string, password: string, client: Client): Promise<User> {
    const user = await this.users.findById(userId);
    return this.check(user, user?.email ?? userId, password, client);
  }

  private async check(user: User | null, account: string, password: string, client: Client): Promise<User> {
    const key = `${account}|${network(client.address)}`;
    await this.limits.check('login-account', key, client.reply);
    const fits = await this.passwords.verify(user?.passwordHash, password);
    if (user && fits && !user.deleting) {
      // Again: many guesses at once all came in before the first of them was counted.
      await this.limits.check('login-account', key, client.reply);
      return user;
    }
    await this.limits.consume('login-account', key, client.reply);
    throw invalidCredentials();
  }
}

/** Who has one IPv6 address has the whole /64 around it. */
function network(address: string): string {
  return isIPv6(address) ? normalizeIp(address, 64) : address;
}

export function invalidCredentials(): AppError {
  return new AppError('invalid_credentials', 401, 'E-mail address or password is wrong.');
}
