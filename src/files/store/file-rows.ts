import type { Page, PageRequest } from '../../../libs/paging/index.js';
import type { StoredFile } from './file.js';

/** Whether a file is held now, and why not. `absent`: also another's, and one that is being deleted. */
export type Hold = { file: StoredFile } | { refused: 'absent' | 'processing' | 'failed' };

/** How long a holder may be unknown to whom it names: an ask has given up long before. ms. */
export const HOLDER_CHECK_MS = 15 * 60_000;

/**
 * People's files. Another user's file, and one that is being deleted, is absent: null, never an error. Ids are UUIDv7.
 * Each method is atomic unless it says otherwise; times are by the store's clock. Rejects with `dependency_down` where the
 * backend does not answer or can't write (a full disk).
 *
 * **Holders** are names of what needs the file. A file that loses its last one is being deleted from that very moment; one
 * that never had one is, when `markUnheld` finds it. While it has one, nothing but its user's end deletes it.
 */
export abstract class FileRows {
  abstract get(userId: string, id: string): Promise<StoredFile | null>;

  /** Newest first. */
  abstract list(userId: string, page: PageRequest): Promise<Page<StoredFile>>;

  /**
   * Adds a holder to a file of this user that is ready; its holders are to be looked at `HOLDER_CHECK_MS` from now. Again
   * with the same: once.
   */
  abstract hold(userId: string, id: string, holder: string): Promise<Hold>;

  /**
   * Takes holders off all files that have them. A file that has none left is being deleted, or kept as one that never had
   * one. Not atomic over the files.
   */
  abstract dropHolders(holders: string[], last: 'delete' | 'keep'): Promise<void>;

  /** The same for all holders that begin with `prefix`, and files that have none left are being deleted. */
  abstract dropHoldersUnder(prefix: string): Promise<void>;

  /** Files whose holders are to be looked at by now, longest due first. */
  abstract unchecked(limit: number): Promise<StoredFile[]>;

  /** The holders are there; unless one was added since it was read as `checkAt`. */
  abstract noteChecked(id: string, checkAt: number): Promise<void>;

  /** First step of deleting: nobody sees it from now on. `held`: something needs it, and nothing was done. */
  abstract markDeleting(userId: string, id: string): Promise<'marked' | 'held' | 'absent'>;

  /** Marks files without a holder that are at least so old; gives back how many. */
  abstract markUnheld(olderThanMs: number, limit: number): Promise<number>;

  /** Marks all files of a user, held or not. For deleting an account. */
  abstract markAllOf(userId: string): Promise<void>;

  /** Files that are being deleted; `userId`: of this one. */
  abstract deleting(limit: number, userId?: string): Promise<StoredFile[]>;

  /**
   * Last step: drops the row of a file that is being deleted, frees its bytes of its user's quota, and notes that its
   * content may have lost its last file. Any number of times.
   */
  abstract remove(id: string): Promise<void>;

  /** All files of everybody, also those that are being deleted, by id. For copies and checks. */
  abstract all(page: PageRequest): Promise<Page<StoredFile>>;
}
