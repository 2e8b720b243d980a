import type { StoredFile } from './file.js';

/** How long room is kept for an upload that nobody hears of. ms. */
export const RESERVATION_LIFE_MS = 60_000;

/** `quota`: bytes of one person, what is stored and what is reserved together. `atOnce`: uploads of one person. */
export interface UploadLimits {
  quota: number;
  atOnce: number;
}

/**
 * Room for uploads that are on their way, so that a quota is exact however many come at once. A reservation that was neither
 * made nor renewed for `RESERVATION_LIFE_MS` is nobody's. Each method is atomic, by the store's clock. Rejects with
 * `dependency_down` where the backend does not answer or can't write (a full disk).
 */
export abstract class Reservations {
  /**
   * Keeps room for the file that is to have this id. `quota`, `at_once`: there is none, and nothing was kept. Again with the
   * same id: once.
   */
  abstract reserve(
    userId: string,
    id: string,
    bytes: number,
    limits: UploadLimits,
  ): Promise<'reserved' | 'quota' | 'at_once'>;

  /** It is still on its way. One that is not there is not brought back. */
  abstract renew(userId: string, id: string): Promise<void>;

  /** It does not come. Any number of times. */
  abstract release(userId: string, id: string): Promise<void>;

  /**
   * The file has come: makes its row, and frees what was reserved for it. `quota`: without a reservation it does not fit, or
   * it is larger than that. `no_content`: its content is gone, or on its way out; in both cases nothing was made. Again with
   * the same id: once.
   */
  abstract insert(file: StoredFile, quota: number): Promise<'inserted' | 'quota' | 'no_content'>;

  /** Bytes of a person's files. */
  abstract usedBytes(userId: string): Promise<number>;

  /** Drops what is known of a user, whose files are gone. */
  abstract forget(userId: string): Promise<void>;
}
