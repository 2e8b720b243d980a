import type { Page, PageRequest } from '../../../libs/paging/index.js';

export type Role = 'admin' | 'user';

export interface User {
  id: string;
  name: string;
  /** Lower case, as it is compared. */
  email: string;
  passwordHash: string;
  role: Role;
  disabled: boolean;
  /** Being deleted: may not log in any more; `remove` is still to come. */
  deleting: boolean;
  createdAt: Date;
}

/**
 * Accounts. Each method is atomic. An unknown id gives null (or false), never an error.
 * Errors: `email_taken` (409), `last_admin` (409), `dependency_down` (503, where the backend does not answer).
 */
export abstract class UserStore {
  /**
   * Makes an account. With `role: 'first'` the very first account of this store becomes `admin` and every other `user`:
   * exactly one, however many are made at once, and never again, also after that one was removed.
   */
  abstract create(user: {
    id: string;
    name: string;
    email: string;
    passwordHash: string;
    role: Role | 'first';
  }): Promise<User>;

  /** Whether an account was ever made here. */
  abstract everHadUser(): Promise<boolean>;

  abstract findById(id: string): Promise<User | null>;

  /** Blind to case. */
  abstract findByEmail(email: string): Promise<User | null>;

  /**
   * Oldest first. With `q` those alone whose name or e-mail holds it: any text, which means itself, blind to case in all
   * scripts, and to whether a letter with an accent is one character or two. It looks at each account up to the last one of
   * the page; so such a page is not of one moment.
   */
  abstract list(page: PageRequest, q?: string): Promise<Page<User>>;

  abstract rename(id: string, name: string): Promise<User | null>;

  /** Replaces the hash, where `expectedHash` is given only if that one still stands. */
  abstract setPasswordHash(id: string, passwordHash: string, expectedHash?: string): Promise<boolean>;

  /** Role and state. Refuses with `last_admin` what would leave no admin that can log in. */
  abstract change(id: string, change: { role?: Role; disabled?: boolean }): Promise<User | null>;

  /** First step of deleting: from now on the account can't log in. Any number of times; `last_admin` where others remain. */
  abstract markDeleting(id: string): Promise<boolean>;

  /** Accounts whose deletion has begun and not ended. */
  abstract deleting(): Promise<User[]>;

  /** Last step of deleting: the row is gone, the e-mail free. Any number of times. */
  abstract remove(id: string): Promise<void>;
}
