import type { Page, PageRequest } from '../../../libs/paging/index.js';
import type { ContentRead, ContentRecord } from './file.js';

/** How long a content outlives its last file, and how long an upload may take between its content and its row. ms. */
export const CONTENT_REST_MS = 60 * 60_000;

/**
 * Which contents are kept, and which are on their way out. A content is due `CONTENT_REST_MS` after it was opened or has lost
 * a file. Each method is atomic, by the store's clock. Rejects with `dependency_down` where the backend does not answer or
 * can't write (a full disk).
 */
export abstract class ContentRecords {
  /** The content of this sha256 that files may have: the one that is there, else a new one with `newId`. It is due anew. */
  abstract open(sha256: string, newId: string): Promise<ContentRecord>;

  abstract get(id: string): Promise<ContentRecord | null>;

  /** What reading has made of it. */
  abstract noteRead(id: string, read: ContentRead): Promise<void>;

  /** Contents that are due and not on their way out, longest due first. */
  abstract due(limit: number): Promise<ContentRecord[]>;

  /**
   * Of one that is due as it was read: where no file has it, it is on its way out from now on (true), else it is not due any
   * more (false). Where something came in between, or while removal rests, nothing happens (false).
   */
  abstract beginRemoval(id: string, dueAt: number): Promise<boolean>;

  /** Contents that are on their way out. */
  abstract leaving(limit: number): Promise<ContentRecord[]>;

  /** Its bytes are gone: drops the record. Any number of times. */
  abstract endRemoval(id: string): Promise<void>;

  /**
   * No content goes out for so long from now: somebody copies them. What is on its way out already is in nobody's way. 0:
   * they may go again.
   */
  abstract rest(ms: number): Promise<void>;

  /** All of them, by id. For copies and checks. */
  abstract all(page: PageRequest): Promise<Page<ContentRecord>>;
}
