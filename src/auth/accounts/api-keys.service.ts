import { Injectable } from '@nestjs/common';
import { hashOf, newSecret, prefixOf } from '../../../libs/api-keys/index.js';
import { AppError } from '../../../libs/errors/index.js';
import { newId } from '../../../libs/ids/index.js';
import { type Counted, Metrics } from '../../../libs/metrics/index.js';
import type { Page, PageRequest } from '../../../libs/paging/index.js';
import { Presence } from '../../cluster/presence.service.js';
import { Config } from '../../config/config.js';
import { DEFAULT_SCOPES, type KeyBody } from '../../contract/keys.js';
import { Notices } from '../../notices/notices.service.js';
import type { ApiKey } from '../keys/api-key.js';
import { ApiKeyStore, MAX_KEYS } from '../keys/api-key-store.js';
import { lifeOf } from '../keys/key-life.js';
import { UserStore } from '../users/user-store.js';
import { mayHaveKeys } from './key-rights.js';
import { type Actor, SecurityEvents } from './security-events.service.js';

/** A build of 0.1 knows no keys, and the answers that programs ask for would cost none of them anything there. */
export const FORM_OF_KEYS = 2;

/** The keys of people's programs, on all instances. Whatever ends one tells every instance, so that nothing stays open for it. */
@Injectable()
export class ApiKeys {
  private readonly changes: Counted<'change'>;

  constructor(
    private readonly store: ApiKeyStore,
    private readonly users: UserStore,
    private readonly notices: Notices,
    private readonly events: SecurityEvents,
    private readonly presence: Presence,
    private readonly config: Config,
    metrics: Metrics,
  ) {
    this.changes = metrics.counter('parley_api_keys_changed_total', 'Keys that were made and revoked', ['change']);
  }

  /**
   * The secret is told here and never again. Errors: `forbidden` (403) where API_KEYS says no, `too_many_keys` (409),
   * `upgrading` (503) beside a build that knows no keys.
   */
  async make(userId: string, body: KeyBody, address: string): Promise<{ key: ApiKey; secret: string }> {
    const id = newId();
    const event = { action: 'key_create', account: userId, address, key: id } as const;
    return this.events.noting(event, async () => {
      await this.requireMaker(userId);
      await this.presence.requireRowForm(FORM_OF_KEYS);
      const secret = newSecret();
      const key = { ...settled(body), id, userId, prefix: prefixOf(secret), hash: hashOf(secret) };
      if (!(await this.store.create(key))) {
        const words = `There are ${MAX_KEYS} keys already. Revoke one first.`;
        throw new AppError('too_many_keys', 409, words, { params: { maximum: MAX_KEYS } });
      }
      await this.requireAccount(key);
      this.changes.add({ change: 'made' });
      return { key, secret };
    });
  }

  /** Newest first. */
  list(userId: string): Promise<ApiKey[]> {
    return this.store.listByUser(userId);
  }

  /** Whether this person may make keys here. */
  async mayMake(userId: string): Promise<boolean> {
    return mayHaveKeys(await this.users.findById(userId), this.config.API_KEYS);
  }

  /** Everybody's, newest first. */
  page(page: PageRequest): Promise<Page<ApiKey>> {
    return this.store.list(page);
  }

  rename(userId: string, id: string, name: string): Promise<ApiKey | null> {
    return this.store.rename(userId, id, name);
  }

  /** Ends a key; of `userId` only, where given. False where there was none. `by`: where it is not its owner. */
  async revoke(id: string, by: Partial<Actor>, userId?: string): Promise<boolean> {
    const key = await this.store.remove(id, userId);
    if (!key) return false;
    this.notices.revoked(key.userId, [lifeOf(id)]);
    this.events.note({ action: 'key_revoke', outcome: 'success', account: key.userId, ...by, key: id });
    this.changes.add({ change: 'revoked' });
    return true;
  }

  /** Ends all keys of a user who goes. */
  async removeAllOf(userId: string): Promise<void> {
    this.notices.revoked(userId, (await this.store.removeByUser(userId)).map(lifeOf));
  }

  /** Closes what is open for a user's keys, which rest from now on. */
  async closeOpen(userId: string): Promise<void> {
    const keys = await this.store.listByUser(userId);
    this.notices.revoked(
      userId,
      keys.map(({ id }) => lifeOf(id)),
    );
  }

  private async requireMaker(userId: string): Promise<void> {
    if (await this.mayMake(userId)) return;
    const reason = this.config.API_KEYS === 'admins' ? 'admins_only' : 'keys_off';
    throw new AppError('forbidden', 403, 'You may not make keys here.', { params: { reason } });
  }

  /** Whoever deletes an account marks it first, and removes its keys then: one of the two sees the other. */
  private async requireAccount({ id, userId }: ApiKey): Promise<void> {
    const user = await this.users.findById(userId);
    if (user && !user.deleting) return;
    await this.store.remove(id);
    throw new AppError('unauthenticated', 401, 'Please log in.');
  }
}

/** As the contract says of what was left out. */
function settled({ name, scopes, models, expiresAt, tokensPerDay }: KeyBody) {
  return {
    name,
    scopes: scopes ?? DEFAULT_SCOPES,
    models: models ?? null,
    expiresAt: expiresAt ? new Date(expiresAt) : null,
    tokensPerDay: tokensPerDay ?? null,
    lastUsedAt: null,
    createdAt: new Date(),
  };
}
