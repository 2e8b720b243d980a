import { createHmac } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../../libs/errors/index.js';
import { Config } from '../../config/config.js';

/** Who does something to the account of somebody else: `actor` is an account's id, or `command`. */
export type Actor = Required<Pick<SecurityEvent, 'actor'>> & Pick<SecurityEvent, 'address'>;

/** The context of these lines in the log. */
export const SECURITY = 'Security';

/** Whoever has a shell on this machine. */
export const COMMAND: Actor = { actor: 'command' };

export interface SecurityEvent {
  /**
   * `refresh`: only what is odd. `sessions`: all of an account end; where another event implies it, only that it failed.
   * `key_use`: the first use of a key.
   */
  action:
    | 'register'
    | 'login'
    | 'refresh'
    | 'password'
    | 'role'
    | 'disable'
    | 'enable'
    | 'delete'
    | 'sessions'
    | 'key_create'
    | 'key_use'
    | 'key_revoke';
  outcome: 'success' | 'failure';
  /** The id of the account that it happens to, or what `unknown` gives. */
  account: string;
  /** Who did it, where that is not its owner. */
  actor?: string;
  /** Where from; none where it was a command. */
  address?: string;
  /** The id of the key that it is about. */
  key?: string;
  /** Why it failed, as a code; of a success, what was changed to. */
  reason?: string;
}

export function reasonOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'internal';
}

/**
 * What concerns who may get in: one line of the log each, success and failure alike, at the place where it is decided.
 * Never a password, a token, a name or an address of e-mail.
 */
@Injectable()
export class SecurityEvents {
  private readonly log = new Logger(SECURITY);

  constructor(private readonly config: Config) {}

  note(event: SecurityEvent): void {
    if (event.outcome === 'success' && event.action !== 'refresh') this.log.log(event);
    else this.log.warn(event);
  }

  /** Notes what comes of `work`, once; a refusal's code is the reason. Rejects as it does. */
  async noting<T>(event: Omit<SecurityEvent, 'outcome'>, work: () => Promise<T>): Promise<T> {
    try {
      const done = await work();
      this.note({ ...event, outcome: 'success' });
      return done;
    } catch (error) {
      this.note({ ...event, outcome: 'failure', reason: reasonOf(error) });
      throw error;
    }
  }

  /** What stands for an e-mail address that no account has: the same each time, and only we can tell which it is. */
  unknown(email: string): string {
    const mac = createHmac('sha256', this.config.JWT_SECRET).update(`unknown-account|${email}`);
    return `unknown:${mac.digest('hex').slice(0, 32)}`;
  }
}
