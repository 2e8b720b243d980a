import { Injectable, Logger } from '@nestjs/common';
import { hashOf, isSameHash, isSecret } from '../../../libs/api-keys/index.js';
import { AppError, type ErrorParams } from '../../../libs/errors/index.js';
import { type Counted, Metrics } from '../../../libs/metrics/index.js';
import { Config } from '../../config/config.js';
import type { RequestAuth } from '../../http/request-auth.js';
import { RateLimits } from '../../rate-limit/rate-limits.service.js';
import type { ApiKey } from '../keys/api-key.js';
import { ApiKeyStore, USE_NOTED_MS } from '../keys/api-key-store.js';
import { lifeOf } from '../keys/key-life.js';
import { UserStore } from '../users/user-store.js';
import type { Client } from './client.js';
import { mayHaveKeys } from './key-rights.js';
import { SecurityEvents } from './security-events.service.js';

type Reason = NonNullable<ErrorParams<'unauthenticated'>['reason']>;

const DETAILS: Record<Reason, string> = {
  key_mistyped: 'This is no key: its checksum is wrong. Was it copied whole?',
  key_unknown: 'There is no such key. Was it revoked?',
  key_expired: 'This key has expired.',
  key_rests: 'This key may not be used now. Its owner, or an admin, knows why.',
  keys_differ: 'Authorization and x-api-key bring different keys.',
};

/**
 * Tells whom a key stands for. Key and account are read from their stores each time, and nothing is kept in between: what
 * was revoked, or disabled, is out at the next call on every instance.
 * Rejects with `dependency_down` where a store does not answer: that is neither yes nor no.
 */
@Injectable()
export class KeyAuthentication {
  private readonly log = new Logger(KeyAuthentication.name);
  private readonly noting = new Set<string>();
  private readonly refusals: Counted<'reason'>;

  constructor(
    private readonly keys: ApiKeyStore,
    private readonly users: UserStore,
    private readonly limits: RateLimits,
    private readonly events: SecurityEvents,
    private readonly config: Config,
    metrics: Metrics,
  ) {
    this.refusals = metrics.counter('parley_api_key_refusals_total', 'Keys that were refused', ['reason']);
  }

  /**
   * By its secret. Errors: `unauthenticated` (401) with a reason. A mistyped one is told without a look-up; it, and one that
   * is unknown, count as failed log-ins of the address: `rate_limited` (429). One that was known and is good no more does
   * not: it is no guess, and a program that goes on with it must not keep others at that address from logging in.
   */
  async authenticate(secret: string, client: Pick<Client, 'address' | 'reply'>): Promise<RequestAuth> {
    if (!isSecret(secret)) return this.wrong('key_mistyped', client);
    const hash = hashOf(secret);
    const key = await this.keys.findByHash(hash);
    if (!key || !isSameHash(key.hash, hash)) return this.wrong('key_unknown', client);
    const reason = await this.whyNot(key);
    if (reason) throw this.refusal(reason);
    this.noteUse(key, client.address);
    const { id, userId, name, scopes, models, tokensPerDay } = key;
    return { userId, sessionId: lifeOf(id), key: { id, name, scopes, models, tokensPerDay } };
  }

  /** Whether it is still good. For what lives longer than a request: streams. */
  async isAlive(id: string): Promise<boolean> {
    const key = await this.keys.get(id);
    return key !== null && (await this.whyNot(key)) === undefined;
  }

  /** 401, with what the program can do about it. */
  refusal(reason: Reason): AppError {
    this.refusals.add({ reason });
    return new AppError('unauthenticated', 401, DETAILS[reason], { params: { reason } });
  }

  private async wrong(
    reason: 'key_mistyped' | 'key_unknown',
    { address, reply }: Pick<Client, 'address' | 'reply'>,
  ): Promise<never> {
    const error = this.refusal(reason);
    await this.limits.consume('login', address, reply);
    throw error;
  }

  private async whyNot({ userId, expiresAt }: ApiKey): Promise<'key_expired' | 'key_rests' | undefined> {
    if (expiresAt && +expiresAt <= Date.now()) return 'key_expired';
    return mayHaveKeys(await this.users.findById(userId), this.config.API_KEYS) ? undefined : 'key_rests';
  }

  /** At most once a minute, and nobody waits for it. */
  private noteUse({ id, userId, lastUsedAt }: ApiKey, address: string): void {
    const at = new Date();
    if ((lastUsedAt && +at - +lastUsedAt < USE_NOTED_MS) || this.noting.has(id)) return;
    this.noting.add(id);
    this.keys
      .noteUse(id, at)
      .then((isFirst) => {
        if (isFirst) this.events.note({ action: 'key_use', outcome: 'success', account: userId, address, key: id });
      })
      .catch((error: unknown) => this.log.warn(`the use of a key was not noted: ${String(error)}`))
      .finally(() => this.noting.delete(id));
  }
}
