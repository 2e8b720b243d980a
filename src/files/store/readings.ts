import type { ContentRead, FileFailure, StoredFile } from './file.js';

export type ReadingClaim = { claimed: StoredFile } | { refused: 'busy' | 'ended' };

/**
 * Who reads a file that is `processing`. As with answers: only its reader writes, and whoever was silent for too long may be
 * replaced, which counts as a kill. Each method is atomic, by the store's clock. Rejects with `dependency_down` where the
 * backend does not answer.
 */
export abstract class Readings {
  /**
   * Makes `reader` the one who reads. `busy`: another one does, who was heard of within `staleMs`. `ended`: it is not
   * `processing` any more, or is gone. Again by the same: once.
   */
  abstract claim(id: string, reader: string, staleMs: number): Promise<ReadingClaim>;

  /** The reader is at it. False: it is not its to read any more. */
  abstract touch(id: string, reader: string): Promise<boolean>;

  /** The reader gives it back. `killed`: the file has cost a reader. */
  abstract letGo(id: string, reader: string, killed: boolean): Promise<void>;

  /** It was read: `ready`, with what its content is. Null: it is not the reader's any more. */
  abstract end(id: string, reader: string, read: ContentRead): Promise<StoredFile | null>;

  /** It can't be read. Null: it is not the reader's any more. */
  abstract fail(id: string, reader: string, failure: FileFailure): Promise<StoredFile | null>;

  /** Files that nobody reads, or whose reader was silent for so long, oldest first. */
  abstract unread(staleMs: number, limit: number): Promise<StoredFile[]>;

  /** How many files of everybody are `processing`. */
  abstract waiting(): Promise<number>;
}
