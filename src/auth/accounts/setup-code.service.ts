import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../../libs/errors/index.js';
import { Config } from '../../config/config.js';
import { isLoopback } from '../../http/hosts.js';
import { UserStore } from '../users/user-store.js';

/** Crockford's base 32: no letter that looks like a digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 12;

/**
 * Wherever others than this machine may reach us, the very first account, which becomes admin, needs a code that only
 * whoever runs the server can know. The same on every worker: SETUP_CODE, or derived from JWT_SECRET.
 *
 * A proxy on this machine can't be told from a person at it by address: so the code may be left out only where nothing
 * speaks of a proxy, neither the configuration nor the call.
 */
@Injectable()
export class SetupCode {
  private readonly log = new Logger(SetupCode.name);

  constructor(
    private readonly config: Config,
    private readonly users: UserStore,
  ) {}

  /** Whether also a call that comes straight from this machine needs it. */
  get isAlwaysNeeded(): boolean {
    const { HOST, TRUST_PROXY, PUBLIC_URL } = this.config;
    return !isLoopback(HOST) || TRUST_PROXY !== undefined || PUBLIC_URL !== undefined;
  }

  /** 403 `setup_code_required` where a code is needed and this is not it. `direct`: see `isDirect`. */
  async check(given: string | undefined, direct: boolean): Promise<void> {
    if ((direct && !this.isAlwaysNeeded) || (await this.users.everHadUser())) return;
    if (given !== undefined && isSame(plain(given), plain(this.code()))) return;
    const detail = 'The first account needs the setup code that the server prints when it starts.';
    throw new AppError('setup_code_required', 403, detail, { params: { reason: given ? 'wrong' : 'missing' } });
  }

  /** Whether nobody has registered yet, and people may. */
  async isOpen(): Promise<boolean> {
    return this.config.ALLOW_REGISTRATION && !(await this.users.everHadUser());
  }

  /** Prints the code, as long as nobody has registered: also where only a proxy would need it. Never fails. */
  async announce(): Promise<void> {
    try {
      if (!(await this.isOpen())) return;
      // Not a log of a secret by accident: this is how the operator learns the code.
      const code = this.config.SETUP_CODE ? 'the one in SETUP_CODE' : this.code();
      this.log.warn(`nobody has registered yet; setup code of the first account: ${code}`);
    } catch (error) {
      this.log.warn(`the setup code can't be told, the accounts could not be read: ${String(error)}`);
    }
  }

  /** 60 bits, in three groups. */
  code(): string {
    if (this.config.SETUP_CODE) return this.config.SETUP_CODE;
    const digest = createHmac('sha256', this.config.JWT_SECRET).update('setup-code').digest();
    const letters = Array.from(digest.subarray(0, LENGTH), (byte) => ALPHABET[byte % 32]);
    return letters.join('').replace(/(.{4})(?=.)/g, '$1-');
  }
}

/** A person may type it without dashes and in small letters. */
function plain(code: string): string {
  return code.replace(/[\s-]/g, '').toUpperCase();
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
