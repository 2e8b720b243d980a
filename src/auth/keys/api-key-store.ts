import type { Page, PageRequest } from '../../../libs/paging/index.js';
import type { ApiKey } from './api-key.js';

/** Keys that a person may have at once. */
export const MAX_KEYS = 50;
/** How long a use that was noted stands for those that follow, ms. */
export const USE_NOTED_MS = 60_000;

/**
 * People's keys. Ids are UUIDv7. Each method is atomic. Another user's key is absent: null or false, never an error. Keys
 * that have expired are there like all others: whoever uses them looks. Nothing is kept in between: what was removed on one
 * instance is not found by the next call on any.
 * Rejects with `dependency_down` where the backend does not answer or can't write (a full disk).
 */
export abstract class ApiKeyStore {
  /**
   * Makes a key. False where its user has `MAX_KEYS` already, exactly, however many are made at once and wherever. The same
   * again (by its id): once.
   */
  abstract create(key: ApiKey): Promise<boolean>;

  /** By `hashOf` its secret. */
  abstract findByHash(hash: string): Promise<ApiKey | null>;

  abstract get(id: string): Promise<ApiKey | null>;

  /** A user's keys, newest first. */
  abstract listByUser(userId: string): Promise<ApiKey[]>;

  /** Everybody's keys, newest first. */
  abstract list(page: PageRequest): Promise<Page<ApiKey>>;

  abstract rename(userId: string, id: string, name: string): Promise<ApiKey | null>;

  /**
   * Notes that it was used `at`, unless a use was noted less than `USE_NOTED_MS` before. True where that was its first use:
   * once for each key. Does not bring a removed one back.
   */
  abstract noteUse(id: string, at: Date): Promise<boolean>;

  /** Removes a key, of `userId` only, where given. Gives back what it removed. */
  abstract remove(id: string, userId?: string): Promise<ApiKey | null>;

  /** Removes all of a user's; gives back their ids. Any number of times. */
  abstract removeByUser(userId: string): Promise<string[]>;
}
