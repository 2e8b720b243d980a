export interface Session {
  id: string;
  userId: string;
  createdAt: Date;
  /** To the minute. */
  lastUsedAt: Date;
  /** After this it is gone. */
  expiresAt: Date;
  address: string;
  userAgent: string;
  /** The highest refresh token that was presented; -1: none yet. */
  usedToken: number;
}

/** `shared`: somebody else had presented this token before. `ahead`: the store has lost uses of earlier ones. */
export type RotateResult = { session: Session; shared: boolean; ahead: boolean } | 'reused' | 'shared' | null;

/**
 * Log-ins that are still good. Each method is atomic. A session past `expiresAt` is treated as absent.
 * Rejects with `dependency_down` where the backend does not answer.
 *
 * **Rotation.** Refresh tokens of a session are numbered from 0. `rotate(id, n)` presents token n, which we signed, and its
 * answer allows token n + 1. With u = `usedToken`: n = u + 1 is the first use of a successor: u becomes n, and its time is
 * noted. n > u + 1 is the same, and `ahead`: it was given out, so the store has lost what it knew since (a crash of Redis, a
 * replica that lagged), and whoever has it is as good as before. n = u is good any number of times: the answer was lost, or two tabs ask. n = u - 1 is good for `graceMs` after the first
 * use of u. Everything else is `reused`: somebody has an old token, and the session is removed in the same step.
 *
 * **Two who refresh in step** never present an old one. So the first use notes `who` it was (any text), and a token that
 * is good, but presented by somebody else, is `shared`. The third time is the last: the session is removed in the same
 * step. A token that only one presented begins the count anew: a lost answer and another network are no theft.
 */
export abstract class SessionStore {
  abstract create(session: Session): Promise<void>;

  abstract get(id: string): Promise<Session | null>;

  abstract rotate(id: string, token: number, graceMs: number, expiresAt: Date, who: string): Promise<RotateResult>;

  /** Notes that it was used now. Does not bring a removed session back. */
  abstract touch(id: string): Promise<void>;

  /** A user's sessions, newest first. */
  abstract listByUser(userId: string): Promise<Session[]>;

  /** Removes one. True if there was one. */
  abstract remove(id: string): Promise<boolean>;

  /** Removes all of a user's, but `exceptId`; gives back the ids it removed. */
  abstract removeByUser(userId: string, exceptId?: string): Promise<string[]>;

  /** Drops what has expired, where the backend does not by itself. */
  abstract prune(): Promise<void>;
}
